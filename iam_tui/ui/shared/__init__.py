"""What several screens use: the base screen, text, themes, words and widgets."""
