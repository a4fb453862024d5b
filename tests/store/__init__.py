"""What depends on the database engine. All of it runs on every engine."""
