"""Statistics, nothing of which knows reinforcement learning: bootstrap, tests, mixed models."""
