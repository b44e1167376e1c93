"""The console: what it shows and asks. No SQL, no HTTP, and no rule of its own."""
