"""Predictors of people head to head, as a section of the summary."""

import pandas as pd

from trnn.report.text.markdown import interval_words, markdown_table, plain
from trnn.scores.head_to_head_table import THEORY
from trnn.scores.trial_kinds import LAST_CHOICE, WHOLE

DIGITS = 5
WORDS = (
    "Mean difference of -log P(choice) over people, nats a trial, with 95 % bootstrap intervals; "
    f"below 0 the first predicts better. `{THEORY}` is the t-RNN's model alone, driven by its "
    "posterior. Kinds of trials go by what was there before the choice; the contribution of a kind "
    "is its part of the difference on all trials. `head_to_head.parquet` has every kind and group."
)
# Its kinds are sums of those by outcome and choice.
NOT_NAMED = (WHOLE, LAST_CHOICE)


def head_to_head_sections(head_to_head: pd.DataFrame | None, stand_ins: str = "") -> list[str]:
    """Return a heading, each pair's difference by group, and where each one is ahead.

    Parameters
    ----------
    head_to_head : DataFrame, optional
        A table of `trnn.scores.head_to_head_table.HEAD_TO_HEAD`; without one there are no sections.
    stand_ins : str
        What the heading adds where the people are simulated.
    """
    if head_to_head is None:
        return []
    rows, lines = [], []
    for (a, b), pair in head_to_head.groupby(["predictor_a", "predictor_b"], sort=False):
        whole = pair[pair["partition"] == WHOLE]
        row = {"compared": f"`{a}` less `{b}`"}
        for _, own in whole.iterrows():
            row[f"{plain(own['group'])} (n = {own['n']})"] = _interval(own, "difference")
        rows.append(row)
        # The first group is the reporting half, or all where there is none.
        lines.append(_most(str(a), str(b), pair[pair["group"] == whole["group"].iloc[0]]))
    table = markdown_table(pd.DataFrame(rows))
    return [f"## Head to head{stand_ins}", WORDS, table, "\n".join(f"- {own}" for own in lines)]


def _most(a: str, b: str, own: pd.DataFrame) -> str:
    """Return in a sentence the kinds of trials that contribute most to either predictor's lead."""
    kinds = own[~own["partition"].isin(NOT_NAMED)].drop_duplicates("kind")
    contribution = kinds["contribution"].to_numpy(dtype=float)
    for_a, for_b = kinds.iloc[int(contribution.argmin())], kinds.iloc[int(contribution.argmax())]
    parts = [
        f"`{name}` is ahead most {_on(row)}" if ahead else f"`{name}` is ahead on no kind of trials"
        for name, row, ahead in (
            (a, for_a, for_a["contribution"] < 0),
            (b, for_b, for_b["contribution"] > 0),
        )
    ]
    return f"`{a}` less `{b}`, {plain(own['group'].iloc[0])}: {'; '.join(parts)}."


def _on(row: pd.Series) -> str:
    share = 100 * row["share_of_trials"]
    return (
        f"at the kind *{row['kind']}* ({share:.0f} % of trials; contribution "
        f"{_interval(row, 'contribution')})"
    )


def _interval(row: pd.Series, name: str) -> str:
    ends = (row[name], row[f"{name}_ci_low"], row[f"{name}_ci_high"])
    return interval_words(*ends, digits=DIGITS, signed=True)
