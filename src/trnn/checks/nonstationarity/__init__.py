"""Does a parameter move at all? Evidence for constant against moving parameters, by subject."""
