"""Django's PostgreSQL, whose reads do not wait for ever for a server that has gone without a word."""
