"""The console: what it shows and asks. No SQL, no HTTP and no rules; those are in the other packages."""
