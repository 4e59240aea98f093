"""From estimates to metrics, statistics, findings and the summary."""
