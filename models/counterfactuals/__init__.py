"""What would have to be learned or changed for another answer: missing facts, causes, permitted changes."""
