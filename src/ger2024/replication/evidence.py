"""Numbers and tests of this project, read from an experiment's tables."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from ger2024.applies import HUMAN, TEST, Subjects, reported_as
from ger2024.findings.beyond import BEYOND, OF_CONTROL
from ger2024.findings.finding import TOO_LITTLE
from ger2024.published import Check, Comparisons, FindingRows, Mean, Published, StatisticRows
from trnn.checks.matched.control import AGENTS, PEOPLE
from trnn.report.text.markdown import digits_for, interval_words
from trnn.statistics.bootstrap import mean_interval
from trnn.tables.layout import file_of
from trnn.tables.parquet import read_table

NAN = float("nan")
STATED = ("rule", "undecided")


@dataclass(frozen=True)
class Source:
    """An experiment's tables, and the bootstrap of its means.

    `reported` has, by population, the name under which the study reports on its subjects. A
    population that is missing there is not one of the study's, and none of its numbers is judged.
    """

    name: str
    human: str | None
    simulated: bool
    reported: Mapping[str, str]
    metrics: pd.DataFrame
    units: dict[str, str]
    statistics: pd.DataFrame
    findings: pd.DataFrame | None
    seed: int
    n_resamples: int

    def reported_as(self, population: str) -> str | None:
        """Return the name under which the study reports on `population`; None if it does not."""
        return self.reported.get(population)

    def place(self, kind: str, rows: str) -> str:
        """Return where a number stands: a table of the experiment, and its rows."""
        return f"{file_of(kind, experiment=self.name)}: {rows}"


@dataclass(frozen=True)
class Evidence:
    """A number of this project, with its test and the judgement of a rule; missing is NaN.

    `met` is whether the rule is met, None if it cannot be told or there is none. In words: `rule`
    the rule, `undecided` why it cannot be told, `beside` what the number is a difference of.
    `n_tests` is the number of tests that `p_holm` is corrected for, 0 if not known, `trials_seen`
    the trials behind the estimates, where these are compared by their number.
    """

    quantity: str
    group: str
    unit: str | None
    value: float
    source: str
    ci_low: float = NAN
    ci_high: float = NAN
    n: int | None = None
    p: float = NAN
    p_holm: float = NAN
    published: float = NAN
    met: bool | None = None
    rule: str = ""
    undecided: str = ""
    beside: str = ""
    n_tests: int = 0
    trials_seen: int = 0


def read_source(
    published: Published,
    subjects: Subjects,
    human: str | None,
    simulated: bool,
    metrics: str | Path,
    statistics: str | Path,
    findings: str | Path | None,
    seed: int,
    n_resamples: int,
) -> Source:
    """Read an experiment's tables; TableError if one is absent or unreadable.

    `subjects` decide on which of them the study reports.
    """
    table = read_table(metrics)
    names = {p: reported_as(published, subjects, p) for p in (HUMAN, TEST)}
    fields = pq.read_schema(metrics)
    return Source(
        name=subjects.experiment,
        human=human,
        simulated=simulated,
        reported={population: name for population, name in names.items() if name is not None},
        metrics=table,
        units={f.name: (f.metadata or {}).get(b"unit", b"1").decode() for f in fields},
        statistics=read_table(statistics),
        findings=None if findings is None else read_table(findings),
        seed=seed,
        n_resamples=n_resamples,
    )


def mean_of(source: Source, population: str, mean: Mean) -> Evidence | None:
    """Return a mean over subjects of the metrics table; None if no subject has it.

    Its interval is that of the summary: the same resamples are drawn.
    """
    table, measure = source.metrics, mean.measure
    if measure not in table:
        return None
    kept = (table["population"] == population) & (table["estimator"] == mean.estimator)
    if mean.group != "all":
        kept &= table["group" if population == "human" else "dynamics"] == mean.group
    values = table.loc[kept, measure].dropna().to_numpy(dtype=float)
    if len(values) == 0:
        return None
    whose = source.human if population == HUMAN else source.name
    keys = (str(whose), population, mean.group)
    value, low, high = mean_interval(values, source.n_resamples, source.seed, *keys)
    return Evidence(
        quantity=f"{measure}_{mean.estimator}",
        group=mean.group,
        unit=source.units[measure],
        value=value,
        ci_low=low,
        ci_high=high,
        n=len(values),
        source=source.place("metrics", f"{population}/{mean.group}/{mean.estimator}"),
    )


def gather(source: Source, population: str, checks: Sequence[Check]) -> list[Evidence] | None:
    """Return the rows of the checks, judged; None if a check finds no row at all."""
    found: list[Evidence] = []
    for check in checks:
        rows = rows_of(source, population, check)
        if not rows:
            return None
        found += rows
    return found


def rows_of(source: Source, population: str, check: Check) -> list[Evidence]:
    """Return the rows that a check names, each judged by its rule."""
    if isinstance(check, FindingRows):
        return list(_finding_rows(source, check))
    if isinstance(check, StatisticRows):
        return _strongest(source, population, check)
    rows = sorted(_comparisons(source, population, check), key=lambda row: row.trials_seen)
    if check.rule == "lowest_at_first":
        return _lowest_at_first(rows)
    return rows


def _finding_rows(source: Source, check: FindingRows) -> Iterator[Evidence]:
    if source.findings is None:
        return
    table = source.findings
    for _, row in table[_match(table, quantity=check.quantity, group=check.group)].iterrows():
        met, rule = _by_rule(check.rule, check.level, row["value"], row["p_holm"])
        undecided = TOO_LITTLE
        if check.rule == "as_stated":
            met = None if pd.isna(row["holds"]) else bool(row["holds"])
            rule, undecided = ("" if pd.isna(row[name]) else row[name] for name in STATED)
        yield Evidence(
            quantity=row["quantity"],
            group=row["group"],
            unit=row["unit"],
            value=_float(row["value"]),
            ci_low=_float(row["ci_low"]),
            ci_high=_float(row["ci_high"]),
            n=int(row["n"]),
            p=_float(row["p"]),
            p_holm=_float(row["p_holm"]),
            published=_float(row["published"]),
            met=met,
            rule=rule,
            undecided=undecided if met is None else "",
            beside=_beside(table, row),
            source=source.place("findings", f"{row['quantity']}/{row['group']}"),
        )


def _beside(table: pd.DataFrame, row: pd.Series) -> str:
    """Return the two values that a difference from the control is of, in words; else nothing."""
    if not row["quantity"].endswith(BEYOND):
        return ""
    plain = row["quantity"].removesuffix(BEYOND)
    words = []
    for whose, quantity in ((PEOPLE, plain), (AGENTS, plain + OF_CONTROL)):
        found = table[(table["quantity"] == quantity) & (table["group"] == row["group"])]
        if found.empty or pd.isna(found["value"].iloc[0]):
            return ""
        value = float(found["value"].iloc[0])
        words.append(f"{whose} {interval_words(value, NAN, NAN, digits=digits_for(value))}")
    return ", ".join(words)


def _comparisons(source: Source, population: str, check: Comparisons) -> Iterator[Evidence]:
    """Yield the comparisons of the pair, turned so that the check's first estimator is first."""
    table = source.statistics
    kept = _match(table, population=population, group=check.group, measure=check.measure)
    for a, b, sign in ((check.first, check.second, 1.0), (check.second, check.first, -1.0)):
        pair = _match(table, estimator_a=a, estimator_b=b)
        for _, row in table[kept & pair].iterrows():
            quantity = f"{check.measure}_{check.first}_minus_{check.second}"
            seen = 0 if pd.isna(row["trials_seen"]) else int(row["trials_seen"])
            if seen:
                quantity += f"_after_{seen}_trials"
            yield replace(_test(source, row, check, quantity, sign), trials_seen=seen)


def _strongest(source: Source, population: str, check: StatisticRows) -> list[Evidence]:
    """Return the test with the smallest corrected p, in a list; nothing if there is none."""
    table = source.statistics
    kept = _match(
        table,
        population=population,
        group=check.group,
        measure=check.measure,
        contrast=check.contrast,
    )
    rows = [
        _test(source, row, check, f"{row['measure']}, {row['contrast']}", 1.0)
        for _, row in table[kept].iterrows()
    ]
    return sorted(rows, key=lambda row: np.nan_to_num(row.p_holm, nan=2.0))[:1]


def _test(
    source: Source, row: pd.Series, check: Comparisons | StatisticRows, quantity: str, sign: float
) -> Evidence:
    """Return a row of the statistics table, its difference times `sign`."""
    ends = sorted(sign * _float(row[f"difference_ci_{end}"]) for end in ("low", "high"))
    value = sign * _float(row["difference"])
    met, rule = _by_rule(check.rule, check.level, value, row["p_holm"])
    return Evidence(
        quantity=quantity,
        group=row["group"],
        unit=row["unit"],
        value=value,
        ci_low=ends[0],
        ci_high=ends[1],
        n=int(row["n"]),
        p=_float(row["p"]),
        p_holm=_float(row["p_holm"]),
        met=met,
        rule=rule,
        undecided=TOO_LITTLE if met is None else "",
        n_tests=int((source.statistics["family"] == row["family"]).sum()),
        source=source.place("statistics", row["id"]),
    )


def _by_rule(rule: str, level: float, value: float, p_holm: float) -> tuple[bool | None, str]:
    """Return whether a difference meets a rule, and the rule in words."""
    missing = pd.isna(value) or pd.isna(p_holm)
    if rule not in ("below", "above"):
        return None, ""
    beyond = value < 0 if rule == "below" else value > 0
    met = None if missing else bool(beyond and p_holm < level)
    return met, f"the value is {rule} 0 and p_holm < {level:g}"


def _lowest_at_first(rows: Sequence[Evidence]) -> list[Evidence]:
    """Return the first row, judged: whether it is the lowest of all, and below 0."""
    if len(rows) < 2:
        return []
    values = np.array([row.value for row in rows])
    met = None if np.isnan(values).any() else bool(values[0] < min(0.0, values[1:].min()))
    others = ", ".join(str(row.trials_seen) for row in rows[1:])
    rule = f"the difference is below 0 and below those after {others} trials"
    return [replace(rows[0], met=met, rule=rule)]


def _match(table: pd.DataFrame, **patterns: str) -> np.ndarray:
    """Return which rows have texts that match all patterns (n_rows,); a null matches none."""
    kept = np.ones(len(table), dtype=bool)
    for column, pattern in patterns.items():
        matched = [isinstance(text, str) and fnmatchcase(text, pattern) for text in table[column]]
        kept &= np.array(matched, dtype=bool)
    return kept


def _float(value: object) -> float:
    return NAN if pd.isna(value) else float(value)  # type: ignore[call-overload, arg-type]
