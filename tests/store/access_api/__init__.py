"""The access interface, called in process."""
