"""The product's own interface, `/v1`, for what the platform API has no word for: why, validity, previews, objects.

It is above all words and may use any of them; it reads no table but its own.
"""
