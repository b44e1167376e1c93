"""The sample organizations of the demo, and what they use."""
