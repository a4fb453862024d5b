"""What proves Tenantry right."""
