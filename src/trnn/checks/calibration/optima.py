"""The particle filter that an estimator is held against: it has seen the same trials."""

from trnn.estimators.registry import beside_optimum, optima

REFERENCES = optima()
NETWORKS = beside_optimum()  # those whose distance from the optimum is measured
