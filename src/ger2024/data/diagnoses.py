"""The meanings of the words in the file of Dezfouli et al."""

GROUPS = {"Bipolar": "bipolar", "Depression": "depression", "Healthy": "healthy"}
"""Diagnosis in the file -> group in the prepared table, in the table's order."""

ACTIONS = {"R1": 0, "R2": 1}
"""Key in the file -> action."""
