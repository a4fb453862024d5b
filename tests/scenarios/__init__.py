"""Worlds as text: small estates, questions and the answers the rule book gives."""
