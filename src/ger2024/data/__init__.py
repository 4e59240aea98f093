"""The people of the study: readers of their raw files, and simulated stand-ins."""
