"""CloudEvents whose data is a charge of a bill: the same envelope, on the other topic."""

from collections.abc import Sequence

from stream.charge import Charge
from stream.formats import cloudevents
from stream.formats.event import Event

NAME = "cloudevents of bills"
SOURCE = "billing"
MARKS = cloudevents.MARKS


def recognises(event: Event) -> bool:
    """Whether it is a CloudEvent whose type is a format of bills."""
    return cloudevents.is_envelope(event) and cloudevents.source_of_type(event) == SOURCE


def read(event: Event) -> Charge | Sequence[Charge]:
    """The charge in the event's data.

    Raises:
        RefusedError: as for all CloudEvents.
    """
    return cloudevents.read(event)
