"""Trials: columns, checks, padded sequences, the loop over trials, joins."""
