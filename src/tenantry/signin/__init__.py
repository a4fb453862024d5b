"""Sign-in, the first password, switching accounts, and what a person changes about themselves."""
