"""Applicants, what was stated of them, events and outcomes."""
