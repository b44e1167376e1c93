"""The demo: sample organizations, and the images they use."""
