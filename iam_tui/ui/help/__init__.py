"""Help, the command palette, the key map, and the screen as plain text."""
