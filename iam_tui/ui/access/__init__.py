"""Image access: the switches and the allowlist of one organization."""
