"""Whether parameters move at all, as a section of the summary."""

import numpy as np
import pandas as pd

from trnn.checks.nonstationarity.nonstationarity_table import ALL, VERDICTS
from trnn.checks.nonstationarity.verdicts import ERRORS
from trnn.report.text.markdown import interval_words, markdown_table, plain
from trnn.theory.meanings import MEANINGS


def nonstationarity_sections(rates: pd.DataFrame | None, stand_ins: str) -> list[str]:
    """Return how often parameters are judged to move, in agents and in people; [] without a table.

    Parameters
    ----------
    rates : DataFrame, optional
        A table of `trnn.checks.nonstationarity.nonstationarity_table.RATES`.
    stand_ins : str
        What is added to the title where people are simulated.
    """
    if rates is None or rates.empty:
        return []
    factor = float(rates["bayes_factor"].iloc[0])
    words = (
        "The evidence for each parameter moving (switching or walking, equally likely) against "
        "constant, while the others switch; 'all' asks it of all parameters at once. A parameter "
        f"has the verdict 'moving' from a Bayes factor of {factor:g} "
        f"(log {np.log(factor):.2f}), and 'constant' from one of 1/{factor:g}, if it has so even "
        f"where the evidences are off by {ERRORS:g} of their standard errors (Monte Carlo, or of a "
        "grid); else it is undecided. 'Unclear' counts those whose verdict hangs on these errors. "
        "At most "
        f"{100 / factor:g} % of subjects that follow the constant model's prior can be judged to "
        "move by chance. Intervals are exact (Clopper and Pearson)."
    )
    parts = [f"## Is it moving?{stand_ins}", words]
    agents, people = (rates[rates["population"] == name] for name in ("test", "human"))
    if len(agents):
        parts += [
            "Share judged to move, in %. For agents whose parameter never changed this is the "
            "false-positive rate; for the others, the power. Agents with one parameter constant "
            "while the others switch are drawn from that parameter's own null.",
            _agents(agents),
        ]
    if len(people):
        parts += ["People, in %:", _people(people)]
    return parts


def _agents(rates: pd.DataFrame) -> str:
    lines = [
        {
            "agents": str(row["group"]).replace("_", " "),
            "parameter": _symbol(row),
            "truly moved": "yes" if row["moved"] else "no",
            "n": str(row["n"]),
            "judged to move": _share(row),
            "judged constant": f"{100 * row['n_constant'] / row['n']:.1f}",
            "unclear": f"{100 * row['n_unclear'] / row['n']:.1f}",
            "median log BF": f"{row['median_log_bf']:+.2f}",
        }
        for _, row in rates.iterrows()
    ]
    return markdown_table(pd.DataFrame(lines))


def _people(rates: pd.DataFrame) -> str:
    lines = []
    for _, row in rates.iterrows():
        line = {"people": plain(row["group"]), "parameter": _symbol(row), "n": str(row["n"])}
        for verdict in VERDICTS:
            line[verdict] = f"{100 * row[f'n_{verdict}'] / row['n']:.1f}"
        line["moving"] = _share(row)
        line["unclear"] = f"{100 * row['n_unclear'] / row['n']:.1f}"
        lines.append(line | {"median log BF": f"{row['median_log_bf']:+.2f}"})
    return markdown_table(pd.DataFrame(lines))


def _share(row: pd.Series) -> str:
    value, low, high = (100 * row[f"share_{end}"] for end in ("moving", "ci_low", "ci_high"))
    return interval_words(value, low, high, digits=1)


def _symbol(row: pd.Series) -> str:
    name = str(row["parameter"])
    return ALL if name == ALL else MEANINGS[name].symbol
