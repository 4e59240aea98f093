"""The frame of every adapter: log file, readable errors, provenance."""

import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trnn.errors import TrnnError
from trnn.tables import Provenance

# Params that say where a table comes from, and not what made it.
NOT_SETTINGS = frozenset({"seed", "data_source", "population"})


def run_stage(main: Callable[[Any], None], snakemake: Any) -> None:
    """Run `main` on Snakemake's object, logging to the rule's log file.

    An error that a user can mend ends the job with its message; any other with its traceback too.
    Both stand in the log and on the terminal.
    """
    path = Path(snakemake.log[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(name)s: %(message)s",
        handlers=[logging.FileHandler(path, mode="w", encoding="utf-8")],
        force=True,
    )
    logging.captureWarnings(True)
    log = logging.getLogger(snakemake.rule)
    try:
        main(snakemake)
    except TrnnError as error:
        log.error("%s", error)
        print(f"\n{snakemake.rule}: {error}\n", file=sys.stderr)
        sys.exit(1)
    except Exception:
        log.exception("unexpected error")
        traceback.print_exc()
        sys.exit(1)
    log.info("done")


def provenance(
    snakemake: Any, people: bool, settings: Mapping[str, Any] | None = None
) -> Provenance:
    """Return the provenance of a stage's tables: its view, the seed, the source of its people.

    `settings` are those that made one of several tables, where they are not all of the params.
    """
    if settings is None:
        settings = {k: v for k, v in snakemake.params.items() if k not in NOT_SETTINGS}
    return Provenance(
        settings=settings,
        seed=snakemake.params.seed,
        data_source=snakemake.params.data_source if people else "synthetic",
    )
