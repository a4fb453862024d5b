"""The platform API: its wire, who may call, and each object, by real requests."""
