"""What both front ends do, written once: open a profile, work on a policy, import sources, test pulls."""
