"""Grants, rules, facts: what they are, how they are read, what a condition depends on."""
