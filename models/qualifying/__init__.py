"""How likely it is that a person would be found to qualify for each grant, given what is known of them."""
