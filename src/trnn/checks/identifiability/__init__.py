"""What can be known: the least error with which a task lets parameters be recovered."""
