"""Checks of what the estimates are worth: one package a question."""
