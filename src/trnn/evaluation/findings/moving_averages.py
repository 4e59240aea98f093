"""Finding 3: κ and β against what the person just did.

κ is computed from the same choices as the moving average of staying, so some correlation is built
in. Agents whose parameters never change, put through the same analysis, show how much.
"""

import numpy as np

from trnn.evaluation.findings.quantity import ABOVE, Quantity, Resampling
from trnn.evaluation.hypothesis_tests import mann_whitney, wilcoxon
from trnn.evaluation.published import Published
from trnn.evaluation.sessions import Sessions
from trnn.evaluation.windows import mean_before, staying

Array = np.ndarray

STATEMENT = (
    "trial by trial κ follows the 10-trial moving average of staying (median correlation over "
    "subjects 0.64), and β that of |P - 1/2|"
)
WIDTH = 10  # trials
CONTROL = "stationary"  # dynamics of the control agents

DESCRIPTIONS = {
    "kappa_staying_correlation": "median over subjects of the correlation of κ with the share of "
    f"staying in the {WIDTH} trials before",
    "beta_certainty_correlation": "median over subjects of the correlation of β with the mean "
    f"|P - 1/2| in the {WIDTH} trials before",
}


def correlations(sessions: Sessions) -> dict[str, Array]:
    """Return each subject's correlations by quantity, (n_subjects,); NaN where one is constant.

    Moving averages are over the ten trials before a trial, all within its block: what the
    causal estimate of that trial could know.
    """
    action = sessions.trials["action"].to_numpy()
    stays = staying(action, sessions.block_id)
    certainty = np.abs(sessions.estimate("p_action_0") - 0.5)
    pairs = {
        "kappa_staying_correlation": (sessions.estimate("kappa"), stays),
        "beta_certainty_correlation": (sessions.estimate("beta"), certainty),
    }
    return {
        name: subject_correlation(
            sessions, estimate, mean_before(behaviour, sessions.block_id, WIDTH)
        )
        for name, (estimate, behaviour) in pairs.items()
    }


def subject_correlation(sessions: Sessions, x: Array, y: Array) -> Array:
    """Return each subject's Pearson correlation over trials where both are there."""
    out = np.full(len(sessions.subjects), np.nan)
    there = ~np.isnan(x) & ~np.isnan(y)
    for code in range(len(out)):
        rows = there & (sessions.codes == code)
        a, b = x[rows], y[rows]
        if len(a) > 2 and np.ptp(a) > 0 and np.ptp(b) > 0:
            out[code] = np.corrcoef(a, b)[0, 1]
    return out


def moving_averages(
    people: Sessions, agents: Sessions | None, resampling: Resampling, published: Published
) -> list[Quantity]:
    """Return the median correlations of people and, as a control, of constant-parameter agents.

    `agents` are synthetic test agents, of which those with stationary dynamics are used.
    """
    control = agents.only(CONTROL) if agents is not None else None
    controls = {} if control is None or control.trials.empty else correlations(control)
    quantities = []
    for name, values in correlations(people).items():
        reported = published.quantity(resampling.experiment, name)
        quantities.append(_median(name, values, resampling, "human", "all", reported))
        for group in people.group_names:
            if group != "all":
                part = values[people.groups == group]
                quantities.append(_median(name, part, resampling, "human", group, np.nan))
        if name in controls:
            other = controls[name]
            quantities.append(_median(name, other, resampling, "test", CONTROL, np.nan))
            quantities.append(
                Quantity(
                    name=f"{name}_above_control",
                    description=f"{DESCRIPTIONS[name]}: people - agents with constant parameters",
                    group="all",
                    unit="1",
                    value=_nanmedian(values) - _nanmedian(other),
                    n=int((~np.isnan(values)).sum() + (~np.isnan(other)).sum()),
                    test="Mann-Whitney",
                    p=mann_whitney(values, other)[1],
                )
            )
    return quantities


def _median(
    name: str,
    values: Array,
    resampling: Resampling,
    population: str,
    group: str,
    published: float,
) -> Quantity:
    value, low, high = resampling.statistic(
        lambda drawn: np.median(drawn, axis=-1), values, name, population, group
    )
    return Quantity(
        name=name,
        description=DESCRIPTIONS[name],
        group=group,
        unit="1",
        value=value,
        n=int((~np.isnan(values)).sum()),
        ci_low=low,
        ci_high=high,
        test="Wilcoxon signed-rank against 0",
        p=wilcoxon(values)[1],
        claim=ABOVE if (population, group) == ("human", "all") else None,
        published=published,
        population=population,
    )


def _nanmedian(values: Array) -> float:
    kept = values[~np.isnan(values)]
    return float(np.median(kept)) if len(kept) else np.nan
