"""The law: pure functions over explicit facts.

Standard library only, no clock, no query, no request. Facts and instants arrive as arguments; what comes back is a
typed value that names rule ids. Default is no.
"""
