"""The two stages: judge who may get a grant, then rank what remains."""
