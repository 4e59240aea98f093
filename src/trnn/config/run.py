"""Run-wide settings: which experiments, which seed, where the people come from."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, JsonValue, model_validator

from trnn.config.address import folder_or_secure
from trnn.config.base import Count, Name, Settings, Whole


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
    results: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_./-]*$")] = Field(
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
        "networks is measured: with so many, coverage is known to one percentage point",
    )
    device: Literal["cpu", "cuda"] = Field(
        "cpu",
        description="where networks are trained: this processor, or a graphics processor (CUDA)",
    )
    stand_ins: StandIns = StandIns()
    overrides: dict[Name, dict[str, JsonValue]] = Field(
        {},
        description="changes to experiments' settings, by experiment; `all` for every one. "
        "Those of experiments that are not run are ignored",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.experiments)) != len(self.experiments):
            raise ValueError(f"experiments are listed twice: {self.experiments}")
        if ".." in self.results.split("/"):
            raise ValueError(f"results ({self.results}) must stay below the working folder")
        return self
