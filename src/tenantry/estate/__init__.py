"""Estate files: loading, exporting and planning everything the platform governs."""
