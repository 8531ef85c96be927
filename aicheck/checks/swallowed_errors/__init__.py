"""Errors that nobody learns of."""
