"""Rules of the family broad-deletion."""
