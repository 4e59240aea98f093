"""The theory: models, dynamics, tasks, and the agents that they make."""
