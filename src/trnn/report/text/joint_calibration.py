"""Section of the summary on joint calibration."""

import pandas as pd

from trnn.checks.calibration.calibration_table import SESSION, TENTH
from trnn.checks.calibration.joint_table import NEARNESS
from trnn.report.text.markdown import markdown_table, p_words
from trnn.theory.meanings import MEANINGS

JOINT = (
    "Joint calibration: posteriors that are right of each parameter alone may be wrong of all "
    "together. Where the true values rank among draws from the joint posterior, in fresh agents of "
    "the dynamics that it assumes: by their distance from a random point (`nearness`: the share "
    "of agents whose truth lies in the ball around the point that holds 50 or 90 % of the "
    "posterior), and by the product of two parameters' deviations from their means (trade-off; "
    "more than 50 % in the lower half: the posterior's correlation is too high; fewer: too low, or "
    "too negative). One random trial of each agent, of the session and of each tenth, so that "
    "Kolmogorov and Smirnov's test of uniform ranks is exact; p are corrected by Holm's method "
    "over all tests of an estimator. A calibrated posterior passes all of them with probability "
    "95 %:"
)


def joint_sections(joint: pd.DataFrame | None) -> list[str]:
    """Return a row for each estimator and quantity; none without a table, or without rows."""
    if joint is None or joint.empty:
        return []
    keys = ["estimator", "dynamics", "quantity", "parameters"]
    lines = []
    for (estimator, dynamics, quantity, names), part in joint.groupby(keys, sort=False):
        session = part[part["by"] == SESSION]
        tenths = part[part["by"] == TENTH].drop_duplicates("position")
        failed = tenths[~tenths["calibrated"].astype(bool)]
        symbols = [MEANINGS[name].symbol for name in str(names).split(", ")]
        lines.append(
            {
                "agents": f"{session['n'].iloc[0]:,} {dynamics}",
                "estimator": f"`{estimator}`",
                "ranks by": NEARNESS if quantity == NEARNESS else " × ".join(symbols),
                "at or below 50 %": _share(session, 0.5),
                "at or below 90 %": _share(session, 0.9),
                "p, session": p_words(session["p_holm"].iloc[0]),
                "least p, tenths": p_words(tenths["p_holm"].min()),
                "tenths that fail": ", ".join(failed["bin"]) or "none",
                "calibrated": "yes" if bool(part["calibrated"].all()) else "**no**",
            }
        )
    return [JOINT, markdown_table(pd.DataFrame(lines))]


def _share(session: pd.DataFrame, level: float) -> str:
    row = session[session["level"] == level].iloc[0]
    ends = (100 * row[name] for name in ("share", "ci_low", "ci_high"))
    return "{:.1f} [{:.1f}, {:.1f}]".format(*ends)
