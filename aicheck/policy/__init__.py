"""Who must look, and why: a pure function from what is known about a change to a decision.

No clock, no disk, no network, no git: everything comes in as values. Rules of the policy only ever add needs.
"""
