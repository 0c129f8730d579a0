"""Conditions, bounds and facts as plain English phrases."""
