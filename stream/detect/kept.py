"""A model as its state record has it: it is read once its series is needed, so that who takes over begins at once.

A worker that takes over a partition has thousands of them. What is wrong with the record itself is found when it
comes; what is wrong within its parts is found when they are read, and the series is then learned again.
"""

from collections.abc import Callable
from typing import Self

from alerting.beginning import Beginning
from detectors.errors import StateError
from detectors.registry import has_learned
from stream.detect import packed
from stream.detect.model import SeriesModel
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


class LateModel:
    """The model of a series, which is made, or read from its record, when it is first asked for.

    Args:
        make: a new model.
        name: key of its state record.
        unreadable: where it is noted if what was kept cannot be read; the series is then learned again.
    """

    __slots__ = ("_kept", "_make", "_model", "_name", "_unreadable")

    def __init__(self, make: Callable[[], SeriesModel], name: bytes, unreadable: list[str]) -> None:
        self._make = make
        self._name = name
        self._unreadable = unreadable
        self._model: SeriesModel | None = None
        self._kept: KeptModel | None = None

    def get(self) -> SeriesModel:
        """The model."""
        model = self._model
        if model is None:
            model = self._model = self._first()
        return model

    def _first(self) -> SeriesModel:
        model = self._make()
        kept, self._kept = self._kept, None
        if kept is None:
            return model
        try:
            model.restore(kept.record())
        except (StateError, ValueError) as error:
            self._unreadable.append(passed_over(self._name, error))
            return self._make()
        return model

    def keep(self, kept: KeptModel) -> None:
        """Take over a state record."""
        self._kept, self._model = kept, None

    def renew(self) -> None:
        """Go on with a model that knows nothing but what was told."""
        self._model = self.get().renewed(self._make())

    @property
    def knows_nothing(self) -> bool:
        """Whether nothing was learned yet, so that it may borrow from its kin."""
        if self._model is None and self._kept is not None:
            return not self._kept.has_learned
        return self.get().lender is not None


def passed_over(key: bytes, error: Exception) -> str:
    """What is noted of a state record that cannot be read."""
    return f"{key.decode(errors='replace')}: {error}"
