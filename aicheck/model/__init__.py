"""The frozen values that flow through aicheck. Imports nothing of aicheck outside this package and does no work."""
