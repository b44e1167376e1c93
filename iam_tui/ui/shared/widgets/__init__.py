"""The console's own widgets: a table, a block of lines, the row of keys, and input fields."""
