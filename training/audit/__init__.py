"""The audit store: protected attributes for reviewing equality, apart from everything that decides about a person."""
