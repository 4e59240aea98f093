"""Where in the settings a null is a value, and where there can be none."""

import typing
from collections.abc import Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union

from pydantic import BaseModel


def takes_null(model: type[BaseModel], keys: Sequence[str]) -> bool:
    """Return whether null is a value where keys lead, as the types of the settings have it.

    Below settings of no stated type, such as what a variant changes, it is.
    """
    found = [typ for typ in _alternatives(model)]
    for key in keys:
        found = [inner for outer in found for inner in _below(outer, key)]
    return not found or NoneType in found or any(_is_free(typ) for typ in found)


def _alternatives(typ: Any) -> list[Any]:
    """Return the types of a union one by one, without annotations."""
    origin = typing.get_origin(typ)
    if origin is Annotated:
        return _alternatives(typing.get_args(typ)[0])
    if origin in (Union, UnionType):
        return [inner for part in typing.get_args(typ) for inner in _alternatives(part)]
    return [typ]


def _below(typ: Any, key: str) -> list[Any]:
    """Return the types that a key of a mapping, or a field of settings, may have."""
    if isinstance(typ, type) and issubclass(typ, BaseModel):
        known = typ.model_fields.get(key)
        return [] if known is None else _alternatives(known.annotation)
    if typing.get_origin(typ) is dict:
        return _alternatives(typing.get_args(typ)[1])
    return [typ] if _is_free(typ) else []


def _is_free(typ: Any) -> bool:
    return not isinstance(typ, type) and typing.get_origin(typ) is None
