"""Objects of the host platform that decisions may be asked about."""
