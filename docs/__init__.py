"""The documentation, and what generates its rule pages."""
