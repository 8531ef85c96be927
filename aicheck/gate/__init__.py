"""Where a verdict goes: the gate on plain git, the approvals that it counts, and its record."""
