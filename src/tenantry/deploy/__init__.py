"""Packaged components, which never change, and their deployment to environments."""
