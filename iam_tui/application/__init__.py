"""What a person does, once for both front ends: open a profile, work on a policy, test pulls."""
