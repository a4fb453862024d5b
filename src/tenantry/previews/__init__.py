"""Impact previews: what a change would do to whom, kept until it is confirmed, and binding."""
