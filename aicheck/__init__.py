"""aicheck decides which AI-assisted code changes need a senior's eyes."""

__version__ = "0.1.0"
