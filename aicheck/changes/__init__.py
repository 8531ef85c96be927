"""Where a change set comes from."""
