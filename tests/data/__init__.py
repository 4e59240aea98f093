"""Tests of the human data: registry, download, readers, preparation, stand-ins."""
