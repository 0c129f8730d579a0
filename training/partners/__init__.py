"""Partners with lived experience: how far they agree, how the order does on their grades, what their grades changed."""
