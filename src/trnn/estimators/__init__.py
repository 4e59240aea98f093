"""Estimators of trial-by-trial parameters, and the one table that all of them return."""
