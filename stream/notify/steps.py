"""What is left to do for a message in a place: one step after the other, each noted before the next."""

from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple

from alerting.notices.bundle import Bundle, Delivery, Milestone
from alerting.routing.target import Place

StepKind = Literal["post", "edit", "again", "reply", "attach"]
_TURNS: Final[dict[StepKind, int]] = {"post": 0, "again": 1, "reply": 1, "edit": 2, "attach": 3}


class Way(NamedTuple):
    """What a sink can do."""

    edits: bool
    threads: bool


class Step(NamedTuple):
    """One thing to do: post a message, edit it, send one anew (`again`), reply in its thread, attach its chart."""

    bundle: str
    place: Place
    kind: StepKind
    opened_at: int
    behind: int = 0  # versions that the place has not seen

    @property
    def turn(self) -> tuple[int, int, int, str]:
        """What comes first: what nobody was told yet, before replies, before edits, before charts; then the oldest.

        Of edits it is the one that is furthest behind, so that none waits for ever behind those that change all the time.
        """
        return _TURNS[self.kind], -self.behind, self.opened_at, self.bundle


def steps_of(bundle: Bundle, sink: str, way: Way, now: int) -> Iterator[Step]:
    """The next step of a message in each place of a sink."""
    if bundle.opened_at <= now < bundle.tell_at:  # a clock that was set back waits for nothing
        return
    for place in bundle.places:
        if place.sink != sink:
            continue
        delivery = bundle.deliveries.get(f"{place.sink} {place.address}") or Delivery()
        kind = _next(bundle, delivery, way)
        if kind is not None:
            behind = bundle.version - delivery.version if kind == "edit" else 0
            yield Step(bundle.id, place, kind, bundle.opened_at, behind)


def is_behind(bundle: Bundle, ways: Mapping[str, Way]) -> bool:
    """Whether something is left to do for a message, now or when its time has come."""
    return any(
        True for sink, way in ways.items() for _ in steps_of(bundle, sink, way, bundle.tell_at)
    )


def _next(bundle: Bundle, delivery: Delivery, way: Way) -> StepKind | None:
    if delivery.refused:
        return None
    if delivery.receipt is None:
        return "post"
    has_news = next_milestone(bundle, delivery) is not None
    if not way.edits:
        return "again" if has_news else None
    if delivery.version < bundle.version:
        return "edit"
    return _in_thread(bundle, delivery, has_news=has_news) if way.threads else None


def _in_thread(bundle: Bundle, delivery: Delivery, *, has_news: bool) -> StepKind | None:
    if has_news:
        return "reply"
    return "attach" if delivery.charts < charts_due(bundle) else None


def next_milestone(bundle: Bundle, delivery: Delivery) -> Milestone | None:
    """The first that a place was not told."""
    return next((one for one in bundle.milestones if one.number > delivery.said), None)


def charts_due(bundle: Bundle) -> int:
    """How many charts should be in the thread: one when it is told, and one at its end."""
    if bundle.kind != "single" or not bundle.said:
        return 0
    over = all(one.state in {"resolved", "retracted"} for one in bundle.said.values())
    return 2 if over else 1
