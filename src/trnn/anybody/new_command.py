"""The command `trnn new`; what it needs is imported when it runs."""

from pathlib import Path
from typing import Annotated, Any

import typer

from trnn.anybody.command import number, pairs, split

Text = str | None


def new_command(
    name: Annotated[str, typer.Argument(help="of the experiment and of its data set")],
    data: Annotated[Path, typer.Option(help="CSV, TSV, other text, or Parquet: a row a trial")],
    model: Annotated[str, typer.Option(help="model of choice, such as q_learning")],
    subject: Annotated[Text, typer.Option(help="column of persons")] = None,
    session: Annotated[Text, typer.Option(help="column of sessions")] = None,
    block: Annotated[Text, typer.Option(help="column of blocks; none: a single one")] = None,
    trial: Annotated[Text, typer.Option(help="column of the order; none: as rows are")] = None,
    action: Annotated[Text, typer.Option(help="column of the choice")] = None,
    reward: Annotated[Text, typer.Option(help="column of its outcome")] = None,
    actions: Annotated[Text, typer.Option(help="both choices' labels, as left,right")] = None,
    missed: Annotated[
        list[str] | None, typer.Option(help="label of a missed response; may be repeated")
    ] = None,
    reward_map: Annotated[
        Text, typer.Option(help="what outcomes are worth, as win=1,loss=0")
    ] = None,
    reward_scale: Annotated[float | None, typer.Option(help="what rewards are divided by")] = None,
    separator: Annotated[Text, typer.Option(help="of the table's cells")] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="write over files of this name")
    ] = False,
) -> None:
    """Write the files of a data set and of an experiment, measured from a table of choices.

    They are config/datasets/NAME.yaml and config/experiments/NAME.yaml, with comments on all that
    was assumed. Nothing is run.
    """
    from trnn.anybody.new import new_experiment, write_new
    from trnn.tables.checkout import checkout

    given: dict[str, Any] = {
        **{"subject": subject, "session": session, "block": block, "trial": trial},
        **{"action": action, "reward": reward, "missed": missed, "reward_scale": reward_scale},
        "actions": split(actions, ","),
        "reward_map": pairs("--reward-map", split(reward_map, ","), number),
        "separator": separator,
    }
    new = new_experiment(name, data, model, **given)
    written = write_new(new, name, checkout() / "config", replace)
    for line in new.lines:
        print(line)
    print(f"Written: {', '.join(map(str, written))}")
    print(f"Look at them, then: trnn check {name}")
    print(f"and: snakemake --cores 8 --config 'experiments=[{name}]'")
