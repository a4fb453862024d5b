"""The wire of the platform API: what its objects look like as JSON and as XML, read and written by one description."""
