"""The human data sets: where they are kept, how they are fetched, read, checked and prepared."""
