"""Who or what wrote a change: pure functions over messages and identities."""
