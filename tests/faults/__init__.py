"""Input that is wrong in every way that could be thought of: refused in words, or harmless."""
