"""Rules of the family unbounded-retry."""
