"""The base of every configuration type: frozen, and unknown keys refused."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class Settings(BaseModel):
    """Immutable settings; a misspelt key is an error, never a silent default."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True
    )


def _no_boolean(value: Any) -> Any:
    # Python counts True as 1. Texts of digits pass: nested values given on Snakemake's command
    # line arrive as texts.
    if isinstance(value, bool):
        raise ValueError(f"got {value!r}; a whole number is needed")
    return value


# Larger numbers do not fit into a table.
Whole = Annotated[int, BeforeValidator(_no_boolean), Field(le=2**63 - 1)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Count = Annotated[Whole, Field(ge=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
