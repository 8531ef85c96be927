"""Transformations of the examples, one module for each family of languages."""
