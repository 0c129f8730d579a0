"""Partners with lived experience: their grades in the order of lists, how far they agree, what their grades changed."""
