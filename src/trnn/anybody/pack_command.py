"""The commands `trnn pack` and `trnn card`; what they need is imported when they run."""

from pathlib import Path
from typing import Annotated

import typer


def pack_command(
    experiment: Annotated[Path, typer.Argument(help="results/<experiment> of a run")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="the file; else <experiment>.npz, here")
    ] = None,
    by: Annotated[str | None, typer.Option(help="who trained them, for their card")] = None,
    model: Annotated[
        str | None, typer.Option(help="where the model is, if they were trained for your own")
    ] = None,
) -> None:
    """Pack the networks of an experiment into one file, with a card, for `trnn estimate`."""
    from trnn.anybody.pack import pack
    from trnn.anybody.packed import SUFFIX
    from trnn.anybody.run_networks import run_networks

    folder = experiment.resolve()
    out = out or Path(f"{folder.name}{SUFFIX}")
    pack(folder.parent, run_networks(experiment, model), out, by, model)
    print(f"Written: {out} ({out.stat().st_size:,} bytes). `trnn card {out}` shows its card.")


def card_command(
    network: Annotated[
        str | None, typer.Argument(help="a name, or a packed file; none: what names there are")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="as data")] = False,
) -> None:
    """Print the card of packed networks: what they were trained for, by whom, how well they do."""
    import json

    from trnn.anybody.shipped import shipped_names

    if network is None:
        print("\n".join(shipped_names()) or "No networks come with this version of the package.")
        return
    from trnn.anybody.card_text import card_text
    from trnn.anybody.named import packed_file
    from trnn.anybody.packed import read_card

    card = read_card(packed_file(network), network)
    print(json.dumps(card, indent=1, ensure_ascii=False) if as_json else card_text(card))
