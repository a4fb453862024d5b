"""The command `tenantry`, run as people run it: as a process of its own on a database of its own."""
