"""What staff see of fairness reviews: the list, each review's own page, and the form that takes a signature."""
