"""Which particle filter stands for the optimum beside an estimator: one that has seen as much."""

from trnn.estimators.registry import beside_optimum, optima

REFERENCES = optima()
NETWORKS = beside_optimum()  # those whose distance from the optimum is measured
