"""Which particle filter stands for the optimum beside an estimator: one that has seen as much."""

REFERENCES = {"filter": "bayes", "trnn": "bayes", "trnn_smooth": "bayes_smooth"}
NETWORKS = ("trnn", "trnn_smooth")  # those whose distance from the optimum is measured
