"""Rules of the family dns-edge."""
