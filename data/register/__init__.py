"""The public register of charities (England and Wales), read into entries that nobody has reviewed yet."""
