"""Awards as publishers publish them (360Giving), read row by row."""
