"""The console's screens, one file each; `frame` is what they share."""
