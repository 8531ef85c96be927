"""The same scan over history: what the rules and the policy would have done."""
