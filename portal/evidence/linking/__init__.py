"""Direct links between indicators and what was said: kept, suggested, shown from either end."""
