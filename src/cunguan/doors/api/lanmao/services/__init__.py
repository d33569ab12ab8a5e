"""Services of the dialect: one file a group; each has SERVICES."""
