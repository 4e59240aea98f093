"""Run-wide settings: which experiments, which seed, where the people come from."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from trnn.config.address import folder_or_secure
from trnn.config.base import Count, Name, Settings, Whole

LONGEST = 100  # characters of a folder's name that a message shows


def _folder(text: str) -> str:
    """Return a folder below the working folder in one way of writing it: "a//b/./" is "a/b".

    Every file's name begins with it, and Snakemake takes another way of writing for another file.
    """
    shown = repr(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
    parts = [part for part in text.split("/") if part not in ("", ".")]
    if text.startswith("/") or ".." in parts or not parts:
        raise ValueError(
            f"got {shown}; results go to a folder below the working folder, for example "
            "results/mine. Give another working folder with Snakemake's --directory"
        )
    if not all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", part) for part in parts):
        raise ValueError(
            f"got {shown}; letters without accents, digits, '_', '-' and '.' may stand in it, and "
            "each folder begins with a letter, a digit or '_'"
        )
    return "/".join(parts)


class StandIns(Settings):
    """Simulated stand-ins for people (`data_source: simulated`)."""

    per_group: Count = Field(3, description="people in each group, or in all if there are none")


class Run(Settings):
    """What a run builds."""

    experiments: Annotated[list[Name], Field(min_length=1)] = Field(
        description="experiments to run: names of files in config/experiments"
    )
    seed: Annotated[Whole, Field(ge=0)] = Field(
        description="the one seed from which all randomness comes"
    )
    results: Annotated[str, AfterValidator(_folder)] = Field(
        "results", description="folder that the run writes to, below the working folder"
    )
    data_source: Literal["real", "simulated"] = Field(
        "real", description="real people, or simulated stand-ins in the studies' file formats"
    )
    data_mirror: Annotated[str, AfterValidator(folder_or_secure)] | None = Field(
        None,
        description="folder or https:// URL that is asked for raw data before the registry's "
        "mirrors",
    )
    bootstrap_resamples: Count = Field(
        2000, description="resamples of subjects for confidence intervals"
    )
    permutations: Count = Field(
        5000, description="permutations of each cluster test of a time course"
    )
    report_agents: Count = Field(
        5, description="simulated agents of each dynamics that the report's explorer shows"
    )
    calibration_agents: Count = Field(
        2000,
        description="fresh switching agents of each experiment on which the calibration of "
        "networks is measured: with so many, coverage is known to one percentage point. As many "
        "of their training dynamics are for their joint calibration",
    )
    calibration_filter_agents: Count = Field(
        100,
        description="fresh agents of the dynamics that a particle filter assumes, on which its "
        "joint calibration is measured; a second each where many need many particles",
    )
    matched_agents: Count = Field(
        4,
        description="agents with a person's own constant fit that are simulated on that person's "
        "schedule; what is compared with the person is their mean",
    )
    device: Literal["cpu", "cuda"] = Field(
        "cpu",
        description="where networks are trained: this processor, or a graphics processor (CUDA)",
    )
    trained_by: str | None = Field(
        None, description="who trains the networks, for the cards of packed ones; null: not said"
    )
    stand_ins: StandIns = StandIns()
    overrides: dict[Name, dict[str, JsonValue]] = Field(
        {},
        description="changes to experiments' settings, by experiment; `all` for every one. "
        "Those of an experiment reach those that extend it, below what these say themselves",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.experiments)) != len(self.experiments):
            raise ValueError(f"experiments are listed twice: {self.experiments}")
        return self
