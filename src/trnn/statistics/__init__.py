"""Statistics, nothing of which knows reinforcement learning: bootstrap, tests, model selection."""
