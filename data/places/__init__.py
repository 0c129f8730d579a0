"""Areas as a hierarchy, and the postcodes that lie in them."""
