"""Account groups of a primary account: the accounts in them, and the people with their roles."""
