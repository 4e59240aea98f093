"""Posterior predictive checks: people beside agents that have their parameters."""
