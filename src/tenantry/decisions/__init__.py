"""Decisions: facts of an account compiled and kept current, the guard of commands, AuthZEN requests."""
