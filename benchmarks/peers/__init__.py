"""The project's estimators beside those of other packages: the same agents, one thread.

`python -m benchmarks.peers` measures; the packages are those of `requirements.txt` here, which the
project itself never needs. An adapter brings a package to the project's agents and arrays; what is
scored is the same for all.
"""
