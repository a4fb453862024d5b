"""Accounts: tenants, their features, status, and who manages whom."""
