"""A made world whose truth is known: people, needs, applications, outcomes; every row says simulated."""
