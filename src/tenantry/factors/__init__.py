"""Second factors of people: codes of an authenticator app, backup codes, passkeys; and accounts that ask for them."""
