"""Build: the folders and components of an account, and which roles may change what in them."""
