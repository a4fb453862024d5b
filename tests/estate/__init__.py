"""Estate files: what can be wrong with them, what loading writes, and that an export loses nothing."""
