"""Data that a shell or interpreter reads as a command."""
