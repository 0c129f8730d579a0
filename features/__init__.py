"""Numbers about one applicant and one grant, as known on a day."""
