"""The programs that people have already, unchanged: their own HTTP, against the product's own server."""
