"""Asynchronous code that keeps every other task waiting."""
