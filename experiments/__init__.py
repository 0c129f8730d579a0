"""One short module a study; their tables stand in RESULTS.md."""
