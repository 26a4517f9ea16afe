"""Which version a saved state of a usage detector has, and how it is read: this one and the two before."""

from typing import NamedTuple

from detectors import learned, version_3, version_4
from detectors.learned import KIND, Learned
from detectors.saved import header_of, read


class Found(NamedTuple):
    """What a saved state says, unchecked."""

    step: int
    learned: Learned


def found_in(data: bytes) -> Found:
    """What a saved state of any known version says.

    Raises:
        StateError: if it is unreadable, or of another kind or version.
    """
    version = header_of(data).version
    if version == version_3.VERSION:
        oldest = read(data, version_3.UsageState, KIND, version)
        return Found(oldest.step, version_3.learned_of(oldest))
    if version == version_4.VERSION:
        old = read(data, version_4.UsageState, KIND, version)
        return Found(old.step, version_4.learned_of(old))
    state = read(data, learned.UsageState, KIND, learned.VERSION)
    return Found(state.step, learned.learned_of(state))
