"""HTTP and pages: the recommender as people and programs meet it."""
