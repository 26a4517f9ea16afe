"""Hashes of ids, by which a charge that comes again is found."""

from hashlib import blake2b
from typing import Final

from stream.charge import Charge

_UNNAMED: Final = bytes(8)
_FIRST: Final = (1).to_bytes(8, "little")
_hash = blake2b(digest_size=8).copy  # to copy one takes half as long as to make one


def identity_of(text: str) -> bytes:
    """Hash of a charge's time and id: bills use a line item's id in every hour. 0 is for charges without one."""
    state = _hash()
    state.update(text.encode())
    digest = state.digest()
    return _FIRST if digest == _UNNAMED else digest


def identity(charge: Charge) -> bytes:
    """The charge's; zeros where its id is not its producer's."""
    return identity_of(f"{charge.time} {charge.charge_id}") if charge.identified else _UNNAMED


def seed_of(charge: Charge) -> int:
    """A number that is the charge's own, whether its producer named it or not."""
    return int.from_bytes(identity_of(f"{charge.time} {charge.charge_id}"), "little")
