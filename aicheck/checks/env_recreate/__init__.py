"""Rules of the family env-recreate."""
