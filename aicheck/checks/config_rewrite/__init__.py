"""Settings that a change loses, empties or turns down."""
