"""What a need is about: purposes and reasons inferred from the words of the person who asks."""
