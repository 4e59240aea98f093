"""Sections of the summary on people: beside the simulations, and beside their own fits."""

from collections.abc import Collection

import pandas as pd

from trnn.checks.misspecification.features import KINDS
from trnn.checks.misspecification.judge import LEVEL
from trnn.checks.predictive.choice_statistics import MAIN, SCALARS
from trnn.checks.predictive.predictive_table import SOURCES
from trnn.report.text.markdown import interval_words, markdown_table, plain
from trnn.statistics.proportions import clopper_pearson
from trnn.trials.halves import REPORTING_HALF

SHARE = ("share_inside", "inside_ci_low", "inside_ci_high")
COMMONEST = 5  # reasons that are named

MISSPECIFICATION = (
    "How far people lie outside the distribution of the agents that the t-RNN was trained on. "
    "There a network extrapolates. There are three kinds of features: the task that was faced "
    "(lengths of blocks, SD of rewards), the choices (rates of staying, runs, share of action "
    "0, mean reward), and the prediction (the t-RNN's surprise less its expectation under its "
    f"own probabilities). A session is outside in a kind if at most {100 * LEVEL:g} % of agents "
    f"are as far out. By chance about {100 * LEVEL:g} % are outside in each and "
    f"at most {100 * LEVEL * len(KINDS):g} % in any. Test agents are judged in the same way, with "
    "exact (Clopper-Pearson) 95 % intervals. Agents that follow the training dynamics should be "
    "outside no more often than by chance; where the training dynamics are a mixture, this "
    "holds for the mixture as a whole, and one of its components alone may lie above it."
)
PREDICTIVE = (
    "Agents that replay each person's session, with trajectories drawn from the smoothed "
    "posterior (`trnn_smooth`) and with the constant maximum-likelihood fit (`mle`), under the "
    "same random numbers. In brackets: 5 % to 95 % of the re-simulations' means over people; "
    "beside them, for how many people the person's own value lies outside all of their {n} "
    "re-simulations (by chance at most {chance:.0f} %). The posterior has seen these very "
    "choices: agreement shows that the model with such parameters is adequate to them, not that "
    "it predicts.{assumption}"
)
INSIDE = (
    "For how many people, in %, the person's own value lies inside of the 90 % interval of the "
    "person's own re-simulations, with exact (Clopper-Pearson) 95 % intervals. Ties are drawn, so "
    "that it is 90 % of people who are agents with these parameters. No theory or prior was chosen "
    "by these statistics; wanted are at least 85 % by trajectories (`trnn_smooth`), and the "
    "constant fit (`mle`) stands beside them:"
)
BERNOULLI = (
    " The table of trials has no probabilities of reward, only which arm was better: each block "
    "is replayed with a pair of the task's probabilities that agrees with this, drawn by its "
    "odds given the block's own rewards. Rewards above 0 are wins."
)
GAUSSIAN = (
    " Blocks are replayed with their own arm means and the task's SD of rewards. Rewards "
    "above 0 points are wins."
)


def misspecification_sections(
    misspecification: pd.DataFrame | None,
    stand_ins: str = "",
    reporting: Collection[str] = (),
) -> list[str]:
    """Return a heading, the rates of flags by group and dynamics, and the commonest reasons.

    Parameters
    ----------
    misspecification : DataFrame, optional
        The table of misspecification; without one there are no sections.
    stand_ins : str
        What the heading adds where the people are simulated.
    reporting : collection of str
        The people of the half that chose no settings; none where nothing was chosen.
    """
    if misspecification is None:
        return []
    people = misspecification[misspecification["population"] == "human"]
    agents = misspecification[misspecification["population"] == "test"]
    half = people[people["subject"].isin(list(reporting))]
    parts = [("people, reporting half", half)] if len(half) else []
    parts += [("people, all", people)]
    parts += [(plain(name), part) for name, part in people.groupby("group", sort=False)]
    parts += [(f"{name} agents", part) for name, part in agents.groupby("dynamics", sort=False)]
    rows = []
    for name, part in parts:
        row = {"of": name, "n": str(len(part))}
        row |= {kind: _rate(part[f"outside_{kind}"]) for kind in KINDS}
        rows.append({**row, "any": _rate(part["outside"])})
    expected = LEVEL * len(people)
    count = (
        f"{int(people['outside'].sum())} of {len(people)} are outside; by chance about "
        f"{expected:.1f} would be in each kind."
    )
    sections = [
        f"## Like the simulations?{stand_ins}",
        MISSPECIFICATION,
        count,
        markdown_table(pd.DataFrame(rows)),
    ]
    return [*sections, *_reasons(people)]


def predictive_sections(
    predictive: pd.DataFrame | None,
    people: pd.DataFrame | None,
    kind: str,
    stand_ins: str = "",
    reporting: Collection[str] = (),
) -> list[str]:
    """Return a heading and each scalar statistic of people beside their re-simulations.

    Parameters
    ----------
    predictive, people : DataFrame, optional
        The tables `predictive` and `predictive_people`; without them there are no sections.
    kind : "bernoulli" or "gaussian"
        The distribution of the task's rewards.
    reporting : collection of str
        The people of the half that chose no settings; none where nothing was chosen.
    """
    if predictive is None or people is None:
        return []
    rows = []
    scalar = predictive[predictive["statistic"].isin(MAIN)]
    for (group, statistic), part in scalar.groupby(["group", "statistic"], sort=False):
        own = people[people["statistic"] == statistic]
        if group == REPORTING_HALF:
            own = own[own["subject"].isin(list(reporting))]
        elif group != "all":
            own = own[own["group"] == group]
        row = {"group": plain(group), "statistic": SCALARS[str(statistic)]}
        row["people"] = interval_words(
            part["observed"].iloc[0], float("nan"), float("nan"), None, 3
        )
        for source in SOURCES:
            again = part[part["source"] == source].iloc[0]
            row[f"`{source}`"] = interval_words(again["mean"], again["q05"], again["q95"], None, 3)
            row[f"outside `{source}`"] = _outside(own[own["source"] == source])
        rows.append(row)
    n = int(people["n_draws"].max())
    words = PREDICTIVE.format(
        n=n, chance=200 / (n + 1), assumption=BERNOULLI if kind == "bernoulli" else GAUSSIAN
    )
    table = markdown_table(pd.DataFrame(rows))
    sections = [f"## Posterior predictive checks{stand_ins}", words, table]
    return [*sections, INSIDE, _inside(predictive)]


def _rate(flags: pd.Series) -> str:
    k, n = int(flags.sum()), len(flags)
    if n == 0:
        return ""
    share, low, high = clopper_pearson(k, n)
    return f"{k} ({100 * share:.0f} %) [{100 * low:.0f}, {100 * high:.0f}]"


def _reasons(people: pd.DataFrame) -> list[str]:
    """Return the features furthest out among those who are outside, the commonest first."""
    outside = people[people["outside"]]
    if outside.empty:
        return []
    counts = outside["furthest"].value_counts(sort=True)
    lines = []
    for feature, count in list(counts.items())[:COMMONEST]:
        example = outside[outside["furthest"] == feature].iloc[0]
        lines.append(f"- `{feature}`: {count}; for example {example['reason']}")
    return ["The feature that is furthest out, among those who are outside:", "\n".join(lines)]


def _inside(predictive: pd.DataFrame) -> str:
    """Return a line for each statistic: the share of people inside, by source, of half and all."""
    ranked = predictive[predictive["n_ranked"].fillna(0) > 0]
    ranked = ranked[ranked["group"].isin([REPORTING_HALF, "all"])]
    lines = []
    for statistic, part in ranked.groupby("statistic", sort=False):
        line = {"statistic": SCALARS[str(statistic)]}
        for _, row in part.sort_values("group", key=lambda g: g == "all", kind="stable").iterrows():
            value, low, high = (100 * row[end] for end in SHARE)
            column = f"`{row['source']}`, {plain(row['group'])}"
            line[column] = f"{interval_words(value, low, high, digits=0)} of {int(row['n_ranked'])}"
        lines.append(line)
    return markdown_table(pd.DataFrame(lines).fillna(""))


def _outside(own: pd.DataFrame) -> str:
    known = own[own["p"].notna()]
    beyond = (known["observed"] < known["low"]) | (known["observed"] > known["high"])
    return f"{int(beyond.sum())} of {len(known)}"
