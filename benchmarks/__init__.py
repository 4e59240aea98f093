"""How long the project's computations take, beside plain ones and beside the machine's limits.

`python -m benchmarks` (`make bench`) runs everything; docs/performance.md is what it writes.
"""
