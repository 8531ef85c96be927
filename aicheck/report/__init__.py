"""Projections of a report and its decision; a reporter may not drop or judge."""
