"""The workflow's stage that compares groups of people in their parameters."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from trnn.checks.groups.group_rows import Resampling, group_rows
from trnn.checks.groups.group_values import estimated_values, verdict_values
from trnn.checks.groups.groups_table import GROUPS
from trnn.checks.matched.control import matched_agents
from trnn.tables.parquet import Provenance, read_table, write_table
from trnn.trials.groups import people_in_groups
from trnn.trials.halves import REPORTING_HALF, reporting_people
from trnn.trials.join import join_estimates
from trnn.trials.read import read_trial_table


def groups_stage(
    trials: str | Path,
    estimates: str | Path,
    matched: tuple[str | Path, str | Path] | None,
    evidence: str | Path | None,
    output: str | Path,
    experiment_name: str,
    groups: Sequence[str],
    unit_of: Mapping[str, str],
    n_resamples: int,
    provenance: Provenance,
    halved: str | None = None,
) -> None:
    """Write what the groups of an experiment's people differ in.

    For each parameter: the mean of the t-RNN's estimates over a person's trials, their SD over
    trials, and whether the verdict is that the parameter moves. Estimates shrink, and vary over
    trials whether a parameter moves or not, by how much a session tells; so the agents matched to
    the people stand beside them. Those have each person's own fitted level: a difference in means
    that they show too is one that constant fits have, and what is left of it is one that they have
    not. They have no movement: a difference in SDs is one of people as far as it goes beyond
    theirs.

    Parameters
    ----------
    trials, estimates : people's trials, and the t-RNN's estimates of them
    matched : the trials of the agents matched to the people, and the same network's estimates of
        them; None: there is no control
    evidence : people's evidence for moving parameters; None: nobody asked for it
    groups : in the order of their data set's row
    unit_of : parameter -> unit, of the experiment's model
    n_resamples : resamples of the bootstrap over people, under the seed of `provenance`
    halved : the data set of people of whom half chose settings, under the same seed; None if
        nothing is chosen on people

    Raises
    ------
    TableError
        If a table is unreadable, trials and estimates are not of the same rows, or the evidence is
        of other people.
    """
    people = join_estimates(read_trial_table(trials), read_table(estimates), str(estimates))
    agents = None
    if matched is not None:
        agents = matched_agents(people, *(read_table(path) for path in matched))
    values = list(estimated_values(people, agents, list(unit_of)))
    if evidence is not None:
        values += verdict_values(people, read_table(evidence))
    once = people.drop_duplicates("subject")[["subject", "group"]]
    there = people_in_groups(once, reporting_people(people, halved, provenance.seed))
    resampling = Resampling(experiment_name, provenance.seed, n_resamples)
    parts = []
    for name in (REPORTING_HALF, "all"):
        if name in there:
            members = {group: there[group] & there[name] for group in groups if group in there}
            parts.append(group_rows(values, members, name, unit_of, resampling))
    write_table(pd.concat(parts, ignore_index=True), output, GROUPS, provenance)
