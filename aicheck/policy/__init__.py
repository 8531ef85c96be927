"""From facts of the change and findings to a decision: pure functions."""
