"""The validators of tests/report, for the log of a hostile change."""

from tests.report.conftest import sarif_tools

__all__ = ["sarif_tools"]
