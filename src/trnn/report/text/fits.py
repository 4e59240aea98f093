"""Whether the fits by maximum likelihood are estimates, as a section of the summary."""

from collections.abc import Collection

import pandas as pd

from trnn.report.text.markdown import markdown_table, plain

SHOWN = 8  # subjects named in a cell
IDENTIFIED = "_identified"  # how the columns end that say it of a parameter
WORDS = (
    "Of how many subjects a parameter is *not* identified: its profile likelihood does not fall by "
    "1.92 nats (the bound of a 95 % interval) half a range away from the estimate, which is "
    "arbitrary then. Estimates that are not identified are part of all means all the same."
)


def fit_sections(fits: pd.DataFrame | None, reporting: Collection[str] = ()) -> list[str]:
    """Return how many subjects' fits identify their parameters; [] without a table.

    Parameters
    ----------
    fits : DataFrame, optional
        A table of `trnn.estimators.mle.fits_table.mle`, of one or more populations.
    reporting : collection of str
        The people of the half that chose no settings; none where nothing was chosen.
    """
    if fits is None or fits.empty:
        return []
    names = [column for column in fits.columns if column.endswith(IDENTIFIED)]
    people = fits[fits["population"] == "human"]
    half = people[people["subject"].isin(list(reporting))]
    parts = [("people, reporting half", half), ("people, all", people)]
    parts += [("test agents", fits[fits["population"] == "test"])]
    rows = [_row(of, own, names) for of, own in parts if len(own)]
    return ["## Do the fits identify the parameters?", WORDS, markdown_table(pd.DataFrame(rows))]


def _row(of: str, own: pd.DataFrame, names: list[str]) -> dict[str, str]:
    without = {f"`{name.removesuffix(IDENTIFIED)}`": ~own[name].astype(bool) for name in names}
    row = {"of": f"{of} ({len(own)})"}
    row |= {name: str(int(flags.sum())) for name, flags in without.items()}
    anything = pd.DataFrame(without).any(axis=1)
    found = own.loc[anything, "subject"].tolist()
    named = ", ".join(map(plain, found[:SHOWN])) + (", ..." if len(found) > SHOWN else "")
    row["any of them"] = str(len(found)) + (f": {named}" if found else "")
    row["on a bound"] = str(int(own["at_bound"].sum()))
    row["not converged"] = str(int((~own["converged"].astype(bool)).sum()))
    return row
