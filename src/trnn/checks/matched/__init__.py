"""Agents matched to people: constant at each person's own fit, on that person's own schedule."""
