"""Models used without the safeguards that make a wrong answer harmless."""
