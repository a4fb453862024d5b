"""Sign-in, the first password, resetting it, and switching accounts."""
