"""Plan rules decided for all cases at once, one case a row."""
