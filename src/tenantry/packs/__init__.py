"""Integration packs: what publishers release in them, and what accounts have installed of them."""
