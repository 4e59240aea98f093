"""Priors that fit people: which dynamics and ranges their choices are most probable under."""
