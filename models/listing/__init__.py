"""From scored grants to a page that is shown: what is asked for, how grants were scored, what is told of each."""
