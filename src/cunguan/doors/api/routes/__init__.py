"""Routes: one file a resource of the platform's door."""
