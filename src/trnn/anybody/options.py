"""What a person may say of their table and of what is assumed."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from trnn.anybody.assumptions import CHANGES, STEP_SD, SWITCHING
from trnn.config.model_files import FORM, is_own
from trnn.config.particles import Particles
from trnn.data.columns import USUAL
from trnn.errors import ConfigError
from trnn.theory.model import Model

SEED = 20241  # as of the pipeline's settings
PARTICLES = 10_000
REPLICATES = Particles.model_fields["replicates"].default
SAID = "options"  # where a Parquet table of estimates keeps what `as_json` returns


@dataclass(frozen=True)
class Options:
    """What a person may say; None: it is guessed, and said.

    Parameters
    ----------
    model : name of a model, ``path/to/file.py:Class`` of one of your own, or a model
    network : of one experiment, in the place of a model: names of networks that come with the
        package, paths of packed ones or of checkpoints, or one checkpoint of the original, given as
        "original:PATH"; beside a model of your own if they were trained for it
    subject, session, block, trial, action, reward : names of columns; "none": not to be used
    actions : the labels of action 0 and of action 1
    missed : labels of a missed response, beside the usual ones
    skip_missed : whether rows without a choice are no trials and are left out
    reward_map : label -> reward
    reward_scale : what rewards are divided by
    separator : of a text file's cells
    ranges : parameter -> (low, high)
    dynamics : "switching", "stationary" or "random_walk"
    hazard : probability of a change, a trial and parameter; several, ascending: each person has one
        of them, equally likely, which is estimated too
    changes : changes of a parameter to be expected in a session, if there is no hazard
    step_sd : of a random walk's steps, on the logit scale
    smooth : whether estimates given the whole session are wanted
    seed, keys : what randomness comes from, with a person's name; keys as in the pipeline
    particles : of a person to begin with; more where they are too few
    cores : how many people at once
    """

    model: str | Model | None = None
    network: Sequence[str | Path] = ()
    subject: str | None = None
    session: str | None = None
    block: str | None = None
    trial: str | None = None
    action: str | None = None
    reward: str | None = None
    actions: Sequence[str] | None = None
    missed: Sequence[str] = ()
    skip_missed: bool = False
    reward_map: Mapping[str, float] | None = None
    reward_scale: float | None = None
    separator: str | None = None
    ranges: Mapping[str, tuple[float, float]] | None = None
    dynamics: str = SWITCHING
    hazard: float | Sequence[float] | None = None
    changes: float = CHANGES
    step_sd: float = STEP_SD
    smooth: bool = True
    seed: int = SEED
    keys: Sequence[str] | None = None
    particles: int = PARTICLES
    cores: int | None = None

    def columns(self) -> dict[str, str | None]:
        """Return the columns' names by role."""
        return {role: getattr(self, role) for role in USUAL}


def options_of(**given: Any) -> Options:
    """Return options by name.

    Raises
    ------
    ConfigError
        If one is unknown, or not what it should be.
    """
    known = [field.name for field in fields(Options)]
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise ConfigError(f"estimate: unknown {unknown}; allowed are {known}.")
    network = given.get("network") or ()
    given["network"] = (network,) if isinstance(network, str | Path) else tuple(network)
    if isinstance(given.get("missed"), str):
        given["missed"] = (given["missed"],)
    made = Options(**given)
    own = isinstance(made.model, str) and is_own(made.model)  # a network's, whose file is said
    if (made.model is None) == (not made.network) and not (made.network and own):
        from trnn.theory.models import model_names

        raise ConfigError(
            "estimate: give either a model or a network: --model NAME, one of "
            f"{model_names()}, --model {FORM} of your own, or --network, the path of a checkpoint "
            "or a name of `trnn card` (in "
            "Python model= or network=)."
        )
    if made.reward_scale is not None and not 0 < made.reward_scale < float("inf"):
        raise ConfigError(
            f"reward scale: got {made.reward_scale:g}; expected a number above 0, by which rewards "
            "are divided."
        )
    if made.particles < REPLICATES:
        raise ConfigError(f"particles: got {made.particles}; expected {REPLICATES} or more.")
    if made.cores is not None and made.cores < 1:
        raise ConfigError(f"cores: got {made.cores}; expected 1 or more.")
    return made


def command(file: str, options: Options) -> str:
    """Return the command line that says all of `options`."""
    words = ["trnn", "estimate", file]
    if options.model is not None:
        model = options.model
        words += ["--model", model if isinstance(model, str) else model.name]
    for path in options.network:
        words += ["--network", str(path)]
    for role, name in options.columns().items():
        words += [f"--{role}", name or "none"]
    if options.actions is not None:
        words += ["--actions", ",".join(options.actions)]
    for label in options.missed:
        words += ["--missed", label]
    if options.skip_missed:
        words.append("--skip-missed")
    if options.reward_map is not None:
        pairs = ",".join(f"{label}={exact(value)}" for label, value in options.reward_map.items())
        words += ["--reward-map", pairs]
    if options.reward_scale is not None:
        words += ["--reward-scale", exact(options.reward_scale)]
    if not options.network:
        for name, (low, high) in (options.ranges or {}).items():
            words += ["--range", f"{name}={exact(low)}:{exact(high)}"]
        words += [*_dynamics(options), "--particles", str(options.particles)]
    if not options.smooth:
        words += ["--no-smooth"]
    words += ["--seed", str(options.seed)]
    if options.keys is not None:
        words += ["--keys", "/".join(options.keys)]
    return shlex.join(words)


def as_json(options: Options, model: str) -> str:
    """Return by what a table of estimates is read again, whose model has a name; see `SAID`."""
    coding = ("actions", "missed", "skip_missed", "reward_map", "reward_scale", "ranges")
    said = {**options.columns(), **{name: getattr(options, name) for name in coding}}
    return json.dumps({"model": model, "roles": list(USUAL), **said}, ensure_ascii=False)


def _dynamics(options: Options) -> list[str]:
    words = ["--dynamics", options.dynamics]
    if options.dynamics == "random_walk":
        return [*words, "--step-sd", exact(options.step_sd)]
    if options.dynamics == SWITCHING and options.hazard is not None:
        several = np.atleast_1d(options.hazard).tolist()
        return [*words, "--hazard", ",".join(map(exact, several))]
    return [*words, "--changes", exact(options.changes)] if options.dynamics == SWITCHING else words


def exact(number: float) -> str:
    """Return the shortest text that is read as this very number."""
    short = f"{number:g}"
    return short if float(short) == number else repr(float(number))
