"""From estimates to metrics, comparisons, recovery and the table of all tests."""
