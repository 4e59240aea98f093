"""Exports: a run's or anybody's estimates as CSV, BIDS and ArviZ, with regressors of each trial."""
