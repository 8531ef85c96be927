"""Rules of the family data-migration."""
