"""Sections of the summary on variants, model comparison, recovery and time courses."""

import pandas as pd

from trnn.checks.theories.theories_table import MEASURE as THEORY_EVIDENCE
from trnn.report.text.markdown import digits_for, interval_words, markdown_table, p_words, plain

SHOWN = 0.05  # corrected p up to which every cluster is shown

VARIANTS = (
    "Variants against the estimator that they are variants of (and, for people's `bce`, against "
    "`mle`); a difference above 0 means that the variant has the smaller error. They are "
    "corrected apart from the main comparisons:"
)
EVIDENCE = (
    "Random-effects comparison of models by their evidence: constant parameters (`mle`, the "
    "likelihood integrated over the ranges), parameters that walk (`filter`) and parameters that "
    "switch (`bayes`). Each has the share of subjects whose model it is, with its 95 % credible "
    "interval, the protected exceedance probability (pxp) that it is the commonest, with its 95 % "
    "range under the Monte Carlo errors of the evidences, and the sum of log evidence over "
    "subjects in nats, with the 95 % interval of its Monte Carlo error:"
)
RECOVERY = (
    "Constant parameters by the number of trials seen: squared error of maximum likelihood on "
    "these trials less that of each estimator; above 0 the estimator has the smaller error "
    "(Holm-corrected p for all of a parameter's comparisons):"
)
CLUSTERS = (
    "Time courses, cluster permutation tests (trials of the block and offsets from the action, "
    f"both from 0; for each contrast the clusters with a corrected p up to {SHOWN:g}, else the "
    "one with the smallest p):"
)
SLOPES = "Slopes over the block: means of subjects' own, compared by Welch's t:"


def variant_sections(statistics: pd.DataFrame, population: str) -> list[str]:
    """Return the comparisons of variants; people in every group, agents over all dynamics."""
    rows = _of(statistics, "variants", population)
    if population == "test":
        rows = rows[rows["group"] == "all"]
    if rows.empty:
        return []
    lines = [
        {
            "measure": row["measure"],
            "group": plain(row["group"]),
            "compared": row["contrast"],
            "mean difference": _interval(row, "difference", digits_for(row["mean_a"])),
            "rank-biserial": _interval(row, "effect", 2),
            "p": p_words(row["p"]),
            "p (Holm)": p_words(row["p_holm"]),
            "n": str(row["n"]),
        }
        for _, row in rows.iterrows()
    ]
    return [VARIANTS, markdown_table(pd.DataFrame(lines))]


def evidence_sections(statistics: pd.DataFrame, population: str) -> list[str]:
    """Return the model comparison: a row a group, a column a model."""
    rows = _of(statistics, "evidence", population)
    rows = rows[~rows["measure"].str.startswith(THEORY_EVIDENCE)]  # told with the theories
    if rows.empty:
        return []
    lines = []
    for group, part in rows.groupby("group", sort=False):
        line = {"group": f"{plain(group)} (n = {part['n'].iloc[0]})"}
        for model, own in part.groupby("contrast", sort=False):
            line[f"`{model}`"] = ", ".join(_of_model(row) for _, row in own.iterrows())
        lines.append(line)
    return [EVIDENCE, markdown_table(pd.DataFrame(lines))]


def _of_model(row: pd.Series) -> str:
    """Return a model's share and protected exceedance probability, or the sum of its evidence."""
    ends = (row["difference"], row["difference_ci_low"], row["difference_ci_high"])
    if row["unit"] == "nats":
        return f"sum {interval_words(*ends, digits=1)}"
    protected = (row["effect"], row["effect_ci_low"], row["effect_ci_high"])
    return f"{interval_words(*ends, digits=2)}, pxp {interval_words(*protected, digits=3)}"


def recovery_sections(statistics: pd.DataFrame) -> list[str]:
    """Return the comparisons with maximum likelihood, a row a parameter and number of trials."""
    rows = statistics[statistics["measure"].str.startswith("recovery_")]
    if rows.empty:
        return []
    lines = []
    for (measure, n_trials), part in rows.groupby(["measure", "trials_seen"], sort=False):
        line = {
            "parameter": str(measure).removeprefix("recovery_"),
            "trials": f"{n_trials:.0f}",
            "n": str(part["n"].iloc[0]),
        }
        for _, row in part.iterrows():
            words = _interval(row, "difference", digits_for(row["mean_a"]))
            line[f"`{row['estimator_b']}`"] = f"{words}, p {p_words(row['p_holm'])}"
        lines.append(line)
    return [RECOVERY, markdown_table(pd.DataFrame(lines))]


def course_sections(statistics: pd.DataFrame) -> list[str]:
    """Return the clusters that show something, and the slopes."""
    rows = _of(statistics, "course", "human")
    slopes = rows["measure"].str.endswith("_slope")
    sections = []
    for words, part in ((CLUSTERS, _told(rows[~slopes])), (SLOPES, rows[slopes])):
        if part.empty:
            continue
        lines = [
            {
                "measure": row["measure"],
                "group": plain(row["group"]),
                "contrast": plain(row["contrast"]),
                "difference": _interval(row, "difference", 4),
                "unit": "" if row["unit"] == "1" else row["unit"],
                "effect": _interval(row, "effect", 2),
                "p": p_words(row["p"]),
                "p (Holm)": p_words(row["p_holm"]),
                "n": str(row["n"]),
            }
            for _, row in part.iterrows()
        ]
        sections += [words, markdown_table(pd.DataFrame(lines))]
    return sections


def _told(clusters: pd.DataFrame) -> pd.DataFrame:
    """Return for each contrast its significant clusters, or else the best one."""
    of_contrast = clusters.groupby(["measure", "side_a", "side_b"], dropna=False)
    rank = of_contrast["p"].rank(method="first").fillna(1.0)
    return clusters[(clusters["p_holm"] <= SHOWN) | (rank == 1)]


def _of(statistics: pd.DataFrame, kind: str, population: str) -> pd.DataFrame:
    return statistics[(statistics["kind"] == kind) & (statistics["population"] == population)]


def _interval(row: pd.Series, name: str, digits: int) -> str:
    ends = (row[name], row[f"{name}_ci_low"], row[f"{name}_ci_high"])
    return interval_words(*ends, digits=digits, signed=True)
