"""A full-screen terminal console for Docker's Image Access Management."""
