"""The Account Usage Agreement: what everybody accepts who enters an account."""
