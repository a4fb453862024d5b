"""Roles: the fixed default ones and the custom ones an account makes."""
