"""Rules of the family dependency."""
