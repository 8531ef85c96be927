"""Rules of the family deploy-config."""
