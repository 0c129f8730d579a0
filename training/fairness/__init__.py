"""Who the ranking serves better or worse, applicants and funders, how sure that is, and what may be told of it."""
