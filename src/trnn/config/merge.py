"""Laying settings over others."""

from collections.abc import Mapping
from typing import Any


def merge(base: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `change` laid over it, mapping by mapping."""
    out = dict(base)
    for key, value in change.items():
        both = isinstance(out.get(key), Mapping) and isinstance(value, Mapping)
        out[key] = merge(out[key], value) if both else value
    return out
