"""What is true: references, categories, policy, decision. Standard library only, no I/O and no clock."""
