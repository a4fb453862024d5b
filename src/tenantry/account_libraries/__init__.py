"""Account Libraries: the jar files that an account has uploaded for what it builds and develops (PRIV-10)."""
