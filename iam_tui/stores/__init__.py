"""Where organizations and policies live: one asynchronous protocol and the stores that implement it."""
