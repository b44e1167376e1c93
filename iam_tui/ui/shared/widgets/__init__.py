"""The console's own widgets: one table, one block of lines, one row of keys."""
