"""Privileges of the host platform's own, beside the built-in catalogue."""
