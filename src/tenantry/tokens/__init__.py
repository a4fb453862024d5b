"""Tokens: secrets that stand for a person in one account, or for a host application that asks for decisions."""
