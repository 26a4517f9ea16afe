"""The traits of a charge that rules ask for, each as one text; "" where it is not known."""

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Final, TypeAlias

from config.traits import TAG, TRAITS
from stream.allocation.folding import Tags, fold_key
from stream.charge import Dimensions

Trait: TypeAlias = Callable[[Dimensions, Tags], str]

_TAGS: Final = {
    "project": ("project", "project_id", "project_name"),
    "namespace": (
        *("namespace", "k8s_namespace", "k8s.namespace.name", "kubernetes_namespace"),
        *("kube_namespace", "eks:namespace"),
    ),
    "user": ("user", "user_id", "user_email", "username", "end_user", "enduser.id"),
}
"""Keys of the tags that tell a trait which charges have no field for, tried in order."""

_ALWAYS: Final = {"account", "api_key", "service"}


def trait_of(name: str) -> Trait:
    """What gives a trait, or the tag of ``tag.KEY``."""
    if name.startswith(TAG):
        return _tag((name.removeprefix(TAG),))
    if name == "project":
        tagged = _tag(_TAGS[name])
        return lambda charge, tags: tagged(charge, tags) or charge.account
    if name in _TAGS:
        return _tag(_TAGS[name])
    field: Callable[[Dimensions], str] = attrgetter(name)
    return lambda charge, _: field(charge)


def fields_for(names: Iterable[str]) -> Callable[[Dimensions], tuple[str, ...]]:
    """What gives the fields of a charge, apart from its tags, on which these traits hang."""
    asked = {name for name in names if name in TRAITS and name not in _TAGS}
    return attrgetter(*sorted(_ALWAYS | asked))


def _tag(keys: Iterable[str]) -> Trait:
    sought = tuple(fold_key(key) for key in keys)
    return lambda _, tags: next((tags[key] for key in sought if key in tags), "")
