"""Users: people by e-mail address, the accounts they belong to, and their direct roles there."""
