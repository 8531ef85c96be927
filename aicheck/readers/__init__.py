"""Bytes in, facts out. Runs inside the worker process; does no I/O."""
