"""The guide to every table, results/README.md: generated from the schemas that the code writes."""

from collections.abc import Sequence

from ger2024.findings.findings_table import FINDINGS
from ger2024.replication.replication_table import REPLICATION
from trnn.checks.calibration.calibration_table import CALIBRATION, CALIBRATION_FRESH, OPTIMALITY
from trnn.checks.identifiability.identifiability_table import identifiability
from trnn.checks.misspecification.misspecification_table import (
    MISSPECIFICATION,
    MISSPECIFICATION_FEATURES,
)
from trnn.checks.nonstationarity.nonstationarity_table import EVIDENCE, RATES
from trnn.checks.predictive.predictive_table import PREDICTIVE, PREDICTIVE_PEOPLE
from trnn.checks.priors.priors_table import TASK_MEASURED, prior_selection
from trnn.config.experiment import MODEL_PARAMETERS
from trnn.data.people_table import people_table
from trnn.data.registry import load_registry
from trnn.estimators import registry
from trnn.estimators.drnn.drnn_table import DRNN_TRAINING
from trnn.estimators.estimates_table import draws, estimates
from trnn.estimators.mle.first_trials import recovery_fits
from trnn.estimators.mle.fits_table import mle
from trnn.estimators.trnn.training_table import training
from trnn.figures.schemas import FIGURE
from trnn.scores.metrics_table import metrics
from trnn.statistics.statistics_table import COMPARISONS, COURSES, RECOVERY, STATISTICS
from trnn.tables.origin import PROJECT
from trnn.tables.schema import Column, TableSchema
from trnn.theory.agents_table import synthetic_trials

INTRODUCTION = """\
# What a run leaves here

Generated from the schemas that the code writes with (`trnn tables > results/README.md`); a test
keeps the two in step. `<e>` is an experiment; a folder `tiny/` holds what `make demo` leaves.

`trnn show FILE` prints a table's origin, columns, units and first rows. Every table carries in its
metadata the digest of the settings that made it (`config_digest`) and that of the code
(`code_digest`), the seed, the package's version and git commit, the versions of libraries, and
`data_source`: `real` people, `simulated` stand-ins for people, or `synthetic` agents alone. So do
figures (PDF: subject, PNG: comment) and, in their last lines, the texts and the report.

Beside the tables: `report.html` (all of the run in one page that opens from disk, with an explorer
of every session), `summary.md` (means, intervals, comparisons and findings, also printed at the
end of a run), `replication.md` (the original study's numbers and claims, each with a verdict that
is computed), `<e>/checkpoints/<network>/` (weights and settings of networks: `seed<k>.pt` of a
t-RNN, `<cohort>.pt` of all d-RNNs of a diagnosis group or of all people; PyTorch, loadable with
`weights_only=True`), `figures/<name>.pdf` and `.png`, `logs/` and `benchmarks/` (one file a job).

Where it all comes from: `provenance/<file>.json` is the record of a file: its SHA-256, and the job
that made it with its inputs, code and settings, their digests, and when it ran. Every job compares
its inputs with their records before it reads them; `trnn verify` compares them all, and says which
files are altered, missing, stale (code, settings or inputs are others now) or foreign.
`ro-crate-metadata.json` is the manifest of the run in a standard form (Workflow Run RO-Crate,
profile Provenance Run Crate 0.5); `workflow/` holds the Snakefile and rules as they ran, and
`configuration.yaml`, the settings in full.

The estimators; a name with a suffix is a variant:
"""


def guide() -> str:
    """Return the guide as Markdown."""
    every_parameter = tuple(dict.fromkeys(p for ps in MODEL_PARAMETERS.values() for p in ps))
    every_term = ["bce", "score", *(f"{k}_{p}" for p in every_parameter for k in ("bin", "mse"))]
    sections = [
        *(
            _section(people_table(row), f"People of {row.name}")
            for row in load_registry(PROJECT / "config/datasets.yaml").values()
        ),
        *(
            _section(synthetic_trials(model), f"Simulated agents of model `{model}`")
            for model in MODEL_PARAMETERS
        ),
        _section(
            estimates(every_parameter, spread=True, network=True), "Estimates", ESTIMATES_NOTE
        ),
        _section(draws(every_parameter), "Draws of trajectories", PARAMETERS_NOTE),
        _section(mle(every_parameter), "Maximum-likelihood fits", PARAMETERS_NOTE),
        _section(prior_selection(every_parameter), "Priors compared on people", PARAMETERS_NOTE),
        _section(TASK_MEASURED, "The people's task, measured"),
        _section(recovery_fits(every_parameter), "Fits to the first trials", PARAMETERS_NOTE),
        _section(training(every_parameter, every_term), "Training of a t-RNN", TRAINING_NOTE),
        _section(DRNN_TRAINING, "Training of a d-RNN"),
        _section(metrics(every_parameter), "Metrics", METRICS_NOTE),
        _section(FINDINGS, "Findings"),
        _section(STATISTICS, "Statistics", STATISTICS_NOTE),
        _section(CALIBRATION, "Calibration"),
        _section(CALIBRATION_FRESH, "Calibration of networks on fresh agents"),
        _section(OPTIMALITY, "Distance from the optimum"),
        _section(identifiability(every_parameter), "What can be known", PARAMETERS_NOTE),
        _section(EVIDENCE, "Evidence for moving parameters"),
        _section(RATES, "How often parameters are said to move"),
        _section(MISSPECIFICATION, "People beside the simulations"),
        _section(MISSPECIFICATION_FEATURES, "The features behind it"),
        _section(PREDICTIVE, "Posterior predictive checks"),
        _section(PREDICTIVE_PEOPLE, "Posterior predictive checks of each person"),
        _section(REPLICATION, "Replication of the original study"),
        _section(FIGURE, "Numbers behind a figure"),
    ]
    return "\n".join([INTRODUCTION, *_estimators(), "", *sections])


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
    "that smooths predicts no choice and has no `bce`."
)
METRICS_NOTE = (
    PARAMETERS_NOTE
    + " Errors of a parameter whose range is [0, 10] are those of a tenth of it, and "
    "the column then says so."
)
ESTIMATES_NOTE = (
    PARAMETERS_NOTE
    + f" {_named(registry.points())} are points, without `_sd` and quantiles; `_disagreement` "
    "and `p_theory_0` are the t-RNNs'; a d-RNN has no parameters. "
    f"{_named(registry.smoothers())} have seen later trials too: `p_action_0` is null, and "
    "`p_theory_0` is not there."
)

STATISTICS_NOTE = (
    "It holds the tests of the findings and the rows of "
    + "; ".join(f"`{table.path}` ({table.row})" for table in (COMPARISONS, COURSES, RECOVERY))
    + ", which have the same columns."
)


def _section(schema: TableSchema, title: str, note: str = "") -> str:
    path = schema.path.replace("{experiment}", "<e>")
    lines = [f"## {title}", "", f"`{path}`: a row is {schema.row}. {note}".rstrip(), ""]
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
