"""Whether the particle filters have enough particles, as a section of the summary."""

import pandas as pd

from trnn.report.text.markdown import markdown_table, plain

SHOWN = 8  # subjects named in a line


def convergence_sections(evidence: pd.DataFrame | None) -> list[str]:
    """Return how far particles are to be trusted, filter by filter; [] without a table.

    Parameters
    ----------
    evidence : DataFrame, optional
        A table of `trnn.estimators.filter.evidence_table.FILTER_EVIDENCE`.
    """
    if evidence is None or evidence.empty:
        return []
    words = (
        "Every subject is filtered by independent replicates, whose spread gives the Monte Carlo "
        "standard error of its log evidence, and again with twice the particles where that is "
        "above the tolerance, up to a limit. Subjects that are above it still are named here, and "
        "are part of all means all the same."
    )
    filters = evidence.groupby(["estimator", "population"], sort=False)
    rows = [_row(str(name), str(population), own) for (name, population), own in filters]
    return ["## Have the filters converged?", words, markdown_table(pd.DataFrame(rows))]


def _row(estimator: str, population: str, own: pd.DataFrame) -> dict[str, str]:
    above = own.loc[~own["converged"], "subject"].tolist()
    named = ", ".join(map(plain, above[:SHOWN])) + (", ..." if len(above) > SHOWN else "")
    total = (own["log_evidence_error"] ** 2).sum() ** 0.5
    return {
        "filter": estimator,
        "subjects": f"{population} ({len(own)})",
        "particles": f"{own['n_particles'].min():,} to {own['n_particles'].max():,}",
        "log evidence (MC error)": f"{own['log_evidence'].sum():,.1f} ({total:.1f})",
        "largest MC error": f"{own['log_evidence_error'].max():.2f}",
        "above the tolerance": str(len(above)) + (f": {named}" if above else ""),
    }
