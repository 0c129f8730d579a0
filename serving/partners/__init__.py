"""What partners with lived experience see: people to read about, grants to grade, and what became of it."""
