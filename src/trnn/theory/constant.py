"""Agents whose parameters never change."""

CONSTANT = "stationary"  # the law of agents whose parameters never change
