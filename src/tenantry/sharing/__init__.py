"""Sharing resources through account groups: links read at request time, and what the end of one leaves to do."""
