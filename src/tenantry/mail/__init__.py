"""Mail that people get, and the outbox of a demo installation."""
