"""Trial-by-trial reinforcement-learning parameters with a theoretical RNN (t-RNN).

Array axes throughout the package come in the order (subject, trial, ...); particles,
restarts and other replicas follow the subject.
"""

__version__ = "0.2.0"
