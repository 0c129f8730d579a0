"""What a grant, an applicant and an outcome are; reading, checking and keeping them."""
