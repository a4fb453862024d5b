"""Schedules: when deployed processes run in an environment (PRIV-9)."""
