"""Stage one, judged plainly: what each condition means for a person, and the verdict that follows."""
