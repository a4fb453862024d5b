"""Temporary access of platform support staff: requested, granted for a time, extended, expired."""
