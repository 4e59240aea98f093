"""Two halves of the people: one chooses settings, the other reports what they are worth."""

import pandas as pd

from trnn.errors import DataError
from trnn.seeds import generator

CHOOSING, REPORTING = "choosing", "reporting"
HALVES = (CHOOSING, REPORTING)
REPORTING_HALF = "reporting half"  # what tables call it as a group of people
NO_GROUP = "all"


def reporting_people(trials: pd.DataFrame, dataset: str | None, seed: int) -> frozenset[str]:
    """Return the subjects of the half that reports; nobody where nothing is chosen on people.

    Parameters
    ----------
    trials : DataFrame
        With columns subject and group, as of `halves`.
    dataset : str, optional
        The data set of people of whom half choose settings; None: none do.
    """
    if dataset is None:
        return frozenset()
    return frozenset(s for s, half in halves(trials, dataset, seed).items() if half == REPORTING)


def halves(trials: pd.DataFrame, dataset: str, seed: int) -> dict[str, str]:
    """Return the half of each subject, in the order of the table.

    A random half of every group chooses; of an odd number, the one left over too. The halves
    depend on the data set and the seed alone, so that experiments on the same people share them.

    Parameters
    ----------
    trials : DataFrame
        With columns subject and group (null where the study has none).

    Raises
    ------
    DataError
        If a half is empty: no group has two subjects.
    """
    people = trials.drop_duplicates("subject")[["subject", "group"]]
    groups = people["group"].astype(object).where(people["group"].notna(), NO_GROUP)
    half = pd.Series(REPORTING, index=people.index)
    for name, index in people.groupby(groups, sort=True).groups.items():
        order = generator(seed, dataset, "priors", "split", str(name)).permutation(len(index))
        half.loc[index[order[: -(-len(index) // 2)]]] = CHOOSING
    if set(half) != set(HALVES):
        raise DataError(
            f"{len(people)} subjects of '{dataset}' in {groups.nunique()} groups: one half of each "
            "group chooses a prior or a theory and the other reports what it is worth, and no "
            "group has two. Give more people, or set prior_grid and theories: null."
        )
    return dict(zip(people["subject"], half, strict=True))
