"""Words that several rules over settings share."""

TIMEOUTS = ("timeout", "timeouts", "deadline", "grace period")
TEST_TOOLS = ("test", "tests", "testing", "spec", "e2e", "jest", "vitest", "playwright", "cypress", "pytest", "mocha", "eslint", "lint")
"""Settings of what only developers run."""
PROBES = ("probe", "probes", "readiness probe", "liveness probe", "startup probe", "healthcheck", "health check", "readiness", "liveness")
"""Blocks whose amounts belong to a probe."""
