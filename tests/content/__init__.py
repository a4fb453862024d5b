"""Content that is kept: both storages, archives, descriptors."""
