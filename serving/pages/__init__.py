"""What a person in need sees: plain pages, rendered here, that work without a script."""
