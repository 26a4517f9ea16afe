"""A model as its state record has it: it is read once its series is needed, so that who takes over begins at once.

A worker that takes over a partition has thousands of them. What is wrong with the record itself is found when it
comes; what is wrong within its parts is found when they are read, and the series is then learned again.
"""

from typing import Self

from alerting.beginning import Beginning
from detectors.registry import has_learned
from stream.detect import packed
from stream.detect.records import ModelRecord


class KeptModel:
    """The bytes of a `ModelRecord`, with what must be known before they are read as a whole.

    Args:
        data: the bytes.
        has_learned: whether the detector has learned a point.
        beginning: the first day of the series, where it is news.
    """

    __slots__ = ("_data", "beginning", "has_learned")

    def __init__(self, data: bytes, beginning: Beginning | None, *, has_learned: bool) -> None:
        self._data = data
        self.beginning = beginning
        self.has_learned = has_learned

    @classmethod
    def of(cls, data: bytes) -> Self:
        """The model of a state record.

        Raises:
            RecordError: if it is no such record, or one of another version.
            StateError: if it cannot be seen what kind of detector it holds.
        """
        record: ModelRecord = packed.read(data, ModelRecord)
        return cls(data, record.beginning, has_learned=has_learned(record.detector))

    def record(self) -> ModelRecord:
        """All of it."""
        record: ModelRecord = packed.read(self._data, ModelRecord)
        return record


def passed_over(key: bytes, error: Exception) -> str:
    """What is noted of a state record that cannot be read."""
    return f"{key.decode(errors='replace')}: {error}"
