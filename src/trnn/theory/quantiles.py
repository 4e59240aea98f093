"""Which quantiles of a posterior tables hold, and how finely particles find them."""

# The probabilities whose quantiles estimates tables hold.
PROBABILITIES = (0.05, 0.25, 0.50, 0.75, 0.95)
# Cells of equal width over a parameter's interval, within which mass is taken as uniform: a
# quantile is off by less than a 256th of the interval.
N_CELLS = 256


def quantile_names(parameter: str) -> list[str]:
    """Return the columns of a parameter's quantiles: <parameter>_q05 to _q95."""
    return [f"{parameter}_q{round(100 * p):02d}" for p in PROBABILITIES]
