"""Environments: deployment targets of an account, their Roles with Access, and the gate pages and APIs ask."""
