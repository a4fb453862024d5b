"""The product's own interface, on both engines."""
