"""The shape of models: what a path of pydantic's errors leads to, and which keys and words fit there."""

import types
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from config.places import Path


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a path leads: ``around`` is the type that holds its last step, ``field`` that step's field.

    ``field`` is None for an item, an entry of a free mapping, and an unknown key.
    """

    path: Path
    around: object
    field: FieldInfo | None

    @property
    def key(self) -> str:
        """The last step's name; "" for the root."""
        return str(self.path[-1]) if self.path else ""

    def known_keys(self) -> list[str]:
        """The keys that may stand here."""
        return list(_fields(self.around)) if _is_model(self.around) else []


def follow(shape: object, location: Iterable[int | str]) -> Spot:
    """The spot of a location of pydantic's, which has the tag of each union as a step of its own."""
    path: Path = ()
    around, field = shape, None
    for step in location:
        if isinstance(step, str) and step in tagged_models(shape):
            shape = tagged_models(shape)[step]
            continue
        path, around, field = (*path, step), shape, None
        if _is_model(shape):
            field = _fields(shape).get(str(step))
            shape = None if field is None else _bare(field.annotation)
        else:  # an item of a tuple, or a value of a dict
            inner = get_args(shape)
            shape = _bare(inner[0 if isinstance(step, int) else -1]) if inner else None
    return Spot(path, shape if tagged_models(shape) else around, field)


def tagged_models(shape: object) -> dict[str, type[BaseModel]]:
    """The models of a union by the word of their key ``by``; empty for all else."""
    if get_origin(shape) not in {Union, types.UnionType}:
        return {}
    models = [part for part in get_args(shape) if _is_model(part) and "by" in part.model_fields]
    return {word: model for model in models for word in choices(model.model_fields["by"])}


def choices(field: FieldInfo | None) -> list[str]:
    """The words that a field of literals takes."""
    return [] if field is None else _literals(field.annotation)


def _literals(annotation: object) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    return [word for part in get_args(annotation) for word in _literals(part)]


def _bare(annotation: object) -> object:
    """An annotation without its metadata and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, types.UnionType}:
        parts = [part for part in get_args(annotation) if part is not types.NoneType]
        return _bare(parts[0]) if len(parts) == 1 else annotation
    return annotation


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a model by the keys that people write."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _is_model(shape: object) -> TypeGuard[type[BaseModel]]:
    return isinstance(shape, type) and issubclass(shape, BaseModel)
