"""The command `trnn estimate`; what it needs is imported when it runs."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

SOME_LEFT_OUT = 3  # the exit code: estimated, but not everybody
Texts = list[str] | None


def estimate_command(
    table: Annotated[Path, typer.Argument(help="CSV, TSV, other text, or Parquet: a row a trial")],
    model: Annotated[
        str | None,
        typer.Option(help="model of choice: one of `trnn models`, or path/to/my_model.py:MyModel"),
    ] = None,
    network: Annotated[
        Texts,
        typer.Option(
            help="trained network: a name (`trnn card` lists them), a packed file, a checkpoint, "
            "or original:PATH; may be repeated"
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help=".csv, .tsv or .parquet; else <table>_estimates.csv, here")
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="the page to look at; else beside the table of estimates")
    ] = None,
    no_page: Annotated[bool, typer.Option("--no-page", help="write no page")] = False,
    subject: Annotated[str | None, typer.Option(help="column of persons; none: just one")] = None,
    session: Annotated[str | None, typer.Option(help="column of sessions")] = None,
    block: Annotated[str | None, typer.Option(help="column of blocks; none: a single one")] = None,
    trial: Annotated[
        str | None, typer.Option(help="column of the order; none: as rows are")
    ] = None,
    action: Annotated[str | None, typer.Option(help="column of the choice")] = None,
    reward: Annotated[str | None, typer.Option(help="column of its outcome")] = None,
    actions: Annotated[str | None, typer.Option(help="both choices' labels, as left,right")] = None,
    missed: Annotated[
        Texts, typer.Option(help="label of a missed response; may be repeated")
    ] = None,
    skip_missed: Annotated[
        bool, typer.Option("--skip-missed", help="rows without a choice are no trials")
    ] = False,
    reward_map: Annotated[
        str | None, typer.Option(help="what outcomes are worth, as win=1,loss=0")
    ] = None,
    reward_scale: Annotated[float | None, typer.Option(help="what rewards are divided by")] = None,
    separator: Annotated[str | None, typer.Option(help="of the table's cells")] = None,
    ranges: Annotated[
        Texts, typer.Option("--range", help="of a parameter, as alpha=0:0.5; may be repeated")
    ] = None,
    dynamics: Annotated[
        str, typer.Option(help="switching, stationary or random_walk")
    ] = "switching",
    hazard: Annotated[
        str | None,
        typer.Option(
            help="probability of a change, a trial and parameter; several, as 0.0025,0.005: each "
            "person has one of them"
        ),
    ] = None,
    changes: Annotated[
        float | None, typer.Option(help="changes of a parameter to be expected in a session")
    ] = None,
    step_sd: Annotated[
        float | None, typer.Option(help="SD of a random walk's step, on the logit scale")
    ] = None,
    no_smooth: Annotated[
        bool, typer.Option("--no-smooth", help="no estimates given the whole session")
    ] = False,
    seed: Annotated[int | None, typer.Option(help="all randomness comes from it")] = None,
    keys: Annotated[
        str | None, typer.Option(help="names beside the seed, as experiment/estimator/human")
    ] = None,
    particles: Annotated[
        int | None, typer.Option(help="particles of a person to begin with")
    ] = None,
    cores: Annotated[int | None, typer.Option(help="how many people at once")] = None,
) -> None:
    """Estimate every person's parameters, trial by trial, from a table of choices and rewards.

    Ends with 0 if everybody was estimated, 3 if some people had to be left out, 1 if nothing could
    be done.
    """
    given: dict[str, Any] = {
        **{"model": model, "network": network, "subject": subject, "session": session},
        **{"block": block, "trial": trial, "action": action, "reward": reward},
        **{"missed": missed, "reward_scale": reward_scale, "separator": separator},
        **{"changes": changes, "step_sd": step_sd, "seed": seed},
        "hazard": _numbers("--hazard", hazard),
        **{"particles": particles, "cores": cores},
        "dynamics": dynamics,
        "actions": split(actions, ","),
        "reward_map": pairs("--reward-map", split(reward_map, ","), number),
        "ranges": pairs("--range", ranges, ends),
        "keys": split(keys, "/"),
        "smooth": not no_smooth,
        "skip_missed": skip_missed,
    }
    given = {name: value for name, value in given.items() if value is not None}
    left_out = _run(table, out, None if no_page else page, not no_page, given)
    raise typer.Exit(SOME_LEFT_OUT if left_out else 0)


def _run(
    table: Path, out: Path | None, page: Path | None, with_page: bool, given: dict[str, Any]
) -> int:
    """Estimate, write, and tell; return how many were left out."""
    from trnn.anybody.estimate import estimate_table
    from trnn.anybody.options import options_of
    from trnn.anybody.page import page_of, write_page
    from trnn.anybody.told import lines
    from trnn.anybody.write import check_output, write_outcome
    from trnn.data.own_table import read_own
    from trnn.errors import ConfigError

    options = options_of(**given)
    out = out or Path(f"{table.stem}_estimates.csv")
    page = page or out.with_suffix(".html")
    check_output(out)
    if out.resolve() == table.resolve() or page.resolve() in (table.resolve(), out.resolve()):
        raise ConfigError(f"{out}: would overwrite what is read; give other --out and --page.")
    outcome = estimate_table(read_own(table, options.separator), options, _progress)
    written = [out, *([page] if with_page else [])]
    replaced = [path.name for path in written if path.exists()]
    # The page is whole before either file is written.
    text = page_of(outcome, out.name) if with_page else None
    write_outcome(outcome, out)
    if text is not None:
        write_page(text, page)
    for line in lines(outcome):
        print(line)
    more = f" (replaced {' and '.join(replaced)}; --out keeps both)" if replaced else ""
    print(f"Written: {', '.join(map(str, written))}{more}")
    return len(outcome.left_out)


def _progress(done: int, total: int) -> None:
    if total == 0:
        return
    if done == 0:
        print(
            f"Estimating {total}; the first time with a model, half a minute more, in which its "
            "loops are compiled.",
            file=sys.stderr,
        )
    elif sys.stderr.isatty():
        print(f"\r{done} of {total}", end="\n" if done == total else "", file=sys.stderr)


def split(text: str | None, sign: str) -> list[str] | None:
    """Return the parts of an option's text; None if it was not given."""
    return None if text is None else [part.strip() for part in text.split(sign)]


def pairs(option: str, texts: Texts, value: Any) -> dict[str, Any] | None:
    """Return what texts "name=value" say, `value` being what reads one; None if there are none.

    Raises
    ------
    ConfigError
        If one is no such text.
    """
    from trnn.errors import ConfigError

    if not texts:
        return None
    out = {}
    for text in texts:
        name, equals, rest = text.rpartition("=")
        try:
            if not equals:
                raise ValueError
            out[name.strip()] = value(rest)
        except ValueError:
            form = "alpha=0:0.5" if value is ends else "win=1,loss=0"
            raise ConfigError(f"{option}: got '{text}'; expected the form {form}.") from None
    return out


def _numbers(option: str, text: str | None) -> float | list[float] | None:
    """Return the number, or the numbers between commas, of an option's text.

    Raises
    ------
    ConfigError
        If there is anything else.
    """
    from trnn.errors import ConfigError

    parts = split(text, ",")
    if parts is None:
        return None
    try:
        found = [number(part) for part in parts]
    except ValueError:
        raise ConfigError(
            f"{option}: got '{text}'; expected a number, or several between commas."
        ) from None
    return found[0] if len(found) == 1 else found


def number(text: str) -> float:
    """Return the number that a text is; ValueError if it is none."""
    return float(text)


def ends(text: str) -> tuple[float, float]:
    """Return the numbers of "low:high"; ValueError if it is no such text."""
    low, _, high = text.partition(":")
    return float(low), float(high)
