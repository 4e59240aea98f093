"""The summary, section by section."""
