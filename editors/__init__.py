"""Tests of docs/editors.md with real editors. Not part of the suite: `make test-editors` runs them."""
