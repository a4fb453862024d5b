"""Tenantry: accounts, people, roles and decisions for platforms that serve customers through partners."""
