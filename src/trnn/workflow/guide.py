"""The guide to every table, results/README.md: generated from the schemas that the code writes."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from trnn.checks.calibration.calibration_table import CALIBRATION, CALIBRATION_FRESH, OPTIMALITY
from trnn.checks.calibration.joint_table import JOINT_CALIBRATION
from trnn.checks.groups.groups_table import GROUPS
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.matched.matched_table import matched_trials
from trnn.checks.misspecification.misspecification_table import (
    MISSPECIFICATION,
    MISSPECIFICATION_FEATURES,
)
from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE, RATES
from trnn.checks.predictive.predictive_table import PREDICTIVE, PREDICTIVE_PEOPLE
from trnn.checks.priors.priors_table import TASK_MEASURED, prior_selection
from trnn.checks.theories.theories_table import (
    EVIDENCE_OF_THEORY,
    RECOVERY_OF_THEORY,
    THEORIES,
    THEORY_EVIDENCE,
    THEORY_RECOVERY,
)
from trnn.data.people_table import people_table
from trnn.data.registry import Dataset
from trnn.estimators import registry
from trnn.estimators.drnn.drnn_table import DRNN_TRAINING
from trnn.estimators.estimates_table import estimates
from trnn.estimators.filter.evidence_table import FILTER_EVIDENCE
from trnn.estimators.mle.constant_evidence_table import CONSTANT_EVIDENCE
from trnn.estimators.mle.first_trials import recovery_fits
from trnn.estimators.mle.fits_table import mle
from trnn.estimators.trnn.draws_table import draws_table
from trnn.estimators.trnn.training_table import training
from trnn.figures.schemas import FIGURE
from trnn.scores.head_to_head_table import HEAD_TO_HEAD
from trnn.scores.metrics_table import metrics
from trnn.statistics.statistics_table import (
    COMPARISONS,
    COURSES,
    RECOVERY,
    STATISTICS,
    THEORY_COMPARISONS,
)
from trnn.study import GuideEntry, GuideStudy
from trnn.tables.layout import BENCHMARKS, LOGS, shown
from trnn.tables.schema import Column
from trnn.theory.agents_table import OWN_HAZARD, synthetic_trials
from trnn.theory.models import get_model, model_names
from trnn.trials.columns import OTHER_REWARD, STARTS_ANEW

COMMAND = "trnn tables"
WIDTH = 100  # of a line of the introduction
NO_STUDY = GuideStudy()

INTRODUCTION = f"""\
# What a run leaves here

Generated from the schemas that the code writes with; a test keeps the two in step:
`{{command}} > results/README.md`. A folder `tiny/` holds what `make demo` leaves.

`trnn show FILE` prints a table's origin, columns, units and first rows. Every table carries in its
metadata the digest of the settings that made it (`config_digest`) and that of the code
(`code_digest`), the seed, the package's version and git commit, the versions of libraries, and
`data_source`: `real` people, `simulated` stand-ins for people, or `synthetic` agents alone. So do
figures (PDF: subject, PNG: comment) and, in their last lines, the texts and the report.

Beside the tables: `{shown("report")}` (all of the run in one page that opens from disk, with an
explorer of every session), `{shown("summary")}` (a page: what was found, how far to trust it, what
failed; also printed at the end of a run), `{shown("experiment_summary")}` (all of an experiment's
targets, means, intervals, comparisons and checks), `{shown("checkpoint")}` (weights
and settings of networks: a part is `seed<k>` of a t-RNN, or the cohort, a group of people or all,
of all d-RNNs of it; PyTorch, loadable with `weights_only=True`), `{shown("figure")}`
(`pdf` and `png`), `{LOGS}/` and `{BENCHMARKS}/` (one file a job).{{texts}}

Where it all comes from: `provenance/<file>.json` is the record of a file: its SHA-256, and the job
that made it with its inputs, code and settings, their digests, and when it ran. Every job compares
its inputs with their records before it reads them; `trnn verify` compares them all, and says which
files are altered, missing, stale (code, settings or inputs are others now) or foreign.
`{shown("manifest")}` is the manifest of the run in a standard form (Workflow Run RO-Crate,
profile Provenance Run Crate 0.5); `workflow/` holds the Snakefile and rules as they ran, and
`configuration.yaml`, the settings in full.

Tables of trials have further columns where the experiment's task asks for them:
`{OTHER_REWARD.name}` ({OTHER_REWARD.description})
with `full_feedback`, and `{STARTS_ANEW.name}`
({STARTS_ANEW.description}) with `carry_over`. Those of simulated agents have
`{OWN_HAZARD.name}` ({OWN_HAZARD.description})
where some of their dynamics have several hazards.

The estimators; a name with a suffix is a variant:
"""


def _estimators() -> list[str]:
    """Return a line for each estimator: what it is."""
    told = ((e.name, "; ".join(filter(None, (e.words, e.about)))) for e in registry.ESTIMATORS)
    return [f"- `{name}`: {words}" for name, words in told]


def _named(names: Sequence[str]) -> str:
    quoted = [f"`{name}`" for name in names]
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}"


PARAMETERS_NOTE = "A table has the columns of its own model's parameters only."
TRAINING_NOTE = (
    PARAMETERS_NOTE + " A network of posteriors has `score`, one of points has bins instead; one "
    "that smooths predicts no choice and has no `bce`. Where agents have one of several hazards a "
    "network of posteriors has `ce_hazard` too, the cross-entropy of the agent's own, nats."
)
MOVING_NOTE = (
    PARAMETERS_NOTE + f" `{shown('identifiability_moving')}` has the same columns, of agents whose "
    "parameters switch."
)
METRICS_NOTE = (
    PARAMETERS_NOTE
    + " Errors of a parameter whose range spans 10 or more, such as [0, 10] or [-5, 10], are those "
    "of a tenth of it (of 100 or more, of a hundredth), and the column then says so. Where agents "
    "have one of several hazards there is `ce_hazard`, the mean over trials of -log P(the agent's "
    "own hazard), nats."
)
HAZARDS_NOTE = (
    "Under dynamics with several hazards filters, smoothers and t-RNNs of posteriors that were "
    "trained on them estimate the person's own, too: "
    "`log_hazard`, `log_hazard_sd` and `log_hazard_mc_error` are the posterior mean and SD of its "
    "natural logarithm and the mean's Monte Carlo error (not of networks), `p_hazard_1`, "
    "`p_hazard_2`, ... the probabilities of the hazards, ascending; like the parameters, before "
    "the choice is seen, or given the whole session."
)
PRIORS_NOTE = (
    PARAMETERS_NOTE + " Where the configured dynamics have several hazards there is a column "
    "`hazards`, which lists them, and `hazard` is null."
)
ESTIMATES_NOTE = (
    PARAMETERS_NOTE
    + f" {_named(registry.points())} are points, without `_sd` and quantiles; `_disagreement` "
    "and `p_theory_0` are the t-RNNs'; a d-RNN has no parameters. "
    f"{_named(registry.smoothers())} have seen later trials too: `p_action_0` is null, and "
    "`p_theory_0` is not there. " + HAZARDS_NOTE
)
JOINT_NOTE = (
    f"It holds the rows of each estimator, `{shown('joint_calibration_of_estimator')}`. A test is "
    "of one estimator, quantity, set of parameters and bin, with a row for each level."
)

_TESTS = (COMPARISONS, THEORY_COMPARISONS, COURSES, RECOVERY)
STATISTICS_NOTE = (
    "It holds the rows of "
    + "; ".join(f"`{table.path}` ({table.row})" for table in _TESTS)
    + ", which have the same columns, and the tests that a study adds."
)


def _units() -> dict[str, str]:
    """Return the units of every parameter of any model; where models differ, all of them."""
    units: dict[str, list[str]] = {}
    for model in map(get_model, model_names()):
        for name, unit in model.unit_of.items():
            units.setdefault(name, []).append(unit)
    return {name: " or ".join(dict.fromkeys(units[name])) for name in sorted(units)}


def guide(
    registry: Mapping[str, Dataset], study: GuideStudy = NO_STUDY, command: str = COMMAND
) -> str:
    """Return the guide as Markdown.

    Parameters
    ----------
    registry : data sets by name, each with a table of people's trials of its own
    study : what a study adds
    command : what prints the guide
    """
    texts = f"\n{textwrap.fill(study.texts, WIDTH)}" if study.texts else ""
    entries = [*_trials(registry), *_estimates(), *_scores(), *_checks(), *study.tables]
    figure = GuideEntry(FIGURE, "Numbers behind a figure")
    sections = [_section(entry) for entry in (*entries, figure)]
    introduction = INTRODUCTION.format(command=command, texts=texts)
    return "\n".join([introduction, *_estimators(), "", *sections])


def _trials(registry: Mapping[str, Dataset]) -> Iterator[GuideEntry]:
    for name, dataset in registry.items():
        yield GuideEntry(people_table(dataset), f"People of {name}")
    for model in model_names():
        yield GuideEntry(synthetic_trials(model), f"Simulated agents of model `{model}`")
    for model in model_names():
        title = f"Agents of model `{model}` that are matched to people"
        yield GuideEntry(matched_trials(model), title)


def _estimates() -> Iterator[GuideEntry]:
    unit_of = _units()
    terms = ["bce", "score", *(f"{k}_{p}" for p in unit_of for k in ("bin", "mse"))]
    network = estimates(unit_of, spread=True, network=True)
    yield GuideEntry(network, "Estimates", ESTIMATES_NOTE)
    yield GuideEntry(FILTER_EVIDENCE, "Convergence of the filters")
    yield GuideEntry(CONSTANT_EVIDENCE, "Evidence of constant parameters")
    yield GuideEntry(draws_table(unit_of), "Draws of trajectories", PARAMETERS_NOTE)
    yield GuideEntry(mle(unit_of), "Maximum-likelihood fits", PARAMETERS_NOTE)
    yield GuideEntry(prior_selection(unit_of), "Priors compared on people", PRIORS_NOTE)
    yield GuideEntry(THEORIES, "Theories compared on people")
    yield GuideEntry(THEORY_EVIDENCE, "Evidence of theories, person by person")
    yield GuideEntry(EVIDENCE_OF_THEORY, "Evidence of one candidate under each hazard")
    yield GuideEntry(THEORY_RECOVERY, "The model recovery matrix")
    yield GuideEntry(RECOVERY_OF_THEORY, "Agents of one candidate under each")
    yield GuideEntry(TASK_MEASURED, "The people's task, measured")
    yield GuideEntry(recovery_fits(unit_of), "Fits to the first trials", PARAMETERS_NOTE)
    yield GuideEntry(training(tuple(unit_of), terms), "Training of a t-RNN", TRAINING_NOTE)
    yield GuideEntry(DRNN_TRAINING, "Training of a d-RNN")


def _scores() -> Iterator[GuideEntry]:
    yield GuideEntry(metrics(_units()), "Metrics", METRICS_NOTE)
    yield GuideEntry(HEAD_TO_HEAD, "Predictors of people head to head")
    yield GuideEntry(STATISTICS, "Statistics", STATISTICS_NOTE)


def _checks() -> Iterator[GuideEntry]:
    yield GuideEntry(CALIBRATION, "Calibration")
    yield GuideEntry(CALIBRATION_FRESH, "Calibration of networks on fresh agents")
    yield GuideEntry(JOINT_CALIBRATION, "Joint calibration", JOINT_NOTE)
    yield GuideEntry(OPTIMALITY, "Distance from the optimum")
    yield GuideEntry(identifiability(_units()), "What can be known", MOVING_NOTE)
    yield GuideEntry(EVIDENCE, "Evidence for moving parameters")
    yield GuideEntry(RATES, "How often parameters are judged to move")
    yield GuideEntry(GROUPS, "What groups of people differ in")
    yield GuideEntry(MISSPECIFICATION, "People beside the simulations")
    yield GuideEntry(MISSPECIFICATION_FEATURES, "The features behind it")
    yield GuideEntry(PREDICTIVE, "Posterior predictive checks")
    yield GuideEntry(PREDICTIVE_PEOPLE, "Posterior predictive checks of each person")


def _section(entry: GuideEntry) -> str:
    schema = entry.schema
    opening = f"`{schema.path}`: a row is {schema.row}. {entry.note}".rstrip()
    lines = [f"## {entry.title}", "", opening, ""]
    lines += ["| column | type | unit | values | meaning |", "|---|---|---|---|---|"]
    lines += [_line(column) for column in schema.columns]
    return "\n".join(lines) + "\n"


def _line(column: Column) -> str:
    if column.allowed is not None:
        values = ", ".join(str(v) for v in column.allowed)
    elif column.low is not None or column.high is not None:
        low = "" if column.low is None else f"{column.low:g}"
        high = "" if column.high is None else f"{column.high:g}"
        values = f"{low} … {high}".strip()
    else:
        values = ""
    if column.nullable:
        values = f"{values}, null" if values else "or null"
    cells = [f"`{column.name}`", str(column.type), column.unit or "1", values, column.description]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
