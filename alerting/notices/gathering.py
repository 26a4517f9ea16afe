"""Which message tells of a case: its own, that of its group, or one for a flood. Pure, but for what it remembers.

A group is Alertmanager's: cases of one route with the same values of its `group_by` labels. A *flood* is more cases
than ``flood.more_than`` that open in one place within ``flood.within``: from then on they share a message, until none
came for as long. The *limit* of a place counts its new messages; cases beyond it share one as well. Nothing is dropped:
a message for many is of one place, or of the same ones, so that nobody is left out and nobody hears of what is not theirs.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, Protocol

import msgspec

from alerting.notices.bundle import Bundle, Kind
from alerting.routing.target import Place, Target

_MOST_LOOKED_AT: Final = 1000
_MOST_MEMBERS: Final = 10_000  # of one message: its state is one record, 2 MB with so many
_EVERYTHING: Final = "..."  # Alertmanager's word: group by all labels, that is not at all


class Bounds(Protocol):
    """What is too much for one place."""

    @property
    def flood_more_than(self) -> int:
        """Cases that open together."""

    @property
    def flood_within(self) -> int:
        """Seconds."""

    @property
    def limit_messages(self) -> int:
        """New messages."""

    @property
    def limit_per(self) -> int:
        """Seconds."""


class Gathering:
    """All bundles, found by their ids, members and places."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.bundles: dict[str, Bundle] = {}
        self.changed: set[str] = set()  # ids of bundles that are new, changed or forgotten
        self._of: defaultdict[str, list[str]] = defaultdict(list)  # by anomaly
        self._at: defaultdict[Place, list[str]] = defaultdict(list)  # new messages, oldest first

    def put(self, bundle: Bundle) -> None:
        """Take over a bundle."""
        self.changed.add(bundle.id)
        if bundle.id not in self.bundles:
            for place in bundle.places:
                insort(self._at[place], bundle.id, key=lambda one: self._age(one, bundle))
        self.bundles[bundle.id] = bundle
        for member in bundle.members:
            if bundle.id not in self._of[member]:
                self._of[member].append(bundle.id)

    def _age(self, bundle_id: str, new: Bundle) -> int:
        return new.opened_at if bundle_id == new.id else self.bundles[bundle_id].opened_at

    def forget_member(self, anomaly_id: str) -> None:
        """Nothing will be said of an anomaly any more; a message that tells of no other is forgotten as well."""
        for bundle in self.of(anomaly_id):
            if bundle.members == (anomaly_id,):
                self.forget(bundle)
                continue
            bundle.members = _without(bundle.members, anomaly_id)
            bundle.joined = _without(bundle.joined, anomaly_id)
            bundle.escalated_for = _without(bundle.escalated_for, anomaly_id)
            bundle.said.pop(anomaly_id, None)
            bundle.shown.pop(anomaly_id, None)
            self.changed.add(bundle.id)
        self._of.pop(anomaly_id, None)

    def forget(self, bundle: Bundle) -> None:
        """Nothing will be said of it any more."""
        self.changed.add(bundle.id)
        self.bundles.pop(bundle.id, None)
        for member in bundle.members:
            self._of[member] = [other for other in self._of[member] if other != bundle.id]
            if not self._of[member]:
                del self._of[member]
        for place in bundle.places:
            self._at[place] = [other for other in self._at[place] if other != bundle.id]

    def of(self, anomaly_id: str) -> list[Bundle]:
        """The bundles that tell of an anomaly."""
        return [self.bundles[one] for one in self._of.get(anomaly_id, ())]

    def join(
        self,
        anomaly_id: str,
        labels: Mapping[str, str],
        target: Target,
        firing: Collection[str],
        now: int,
    ) -> list[Bundle]:
        """The bundles in which a case is told that was not told in a target's places yet; the case is a member of each.

        Args:
            anomaly_id: of the case.
            labels: of the case.
            target: where to.
            firing: anomalies that are open.
            now: epoch seconds.
        """
        if target.group_by and _EVERYTHING not in target.group_by:
            values = tuple((name, labels.get(name, "")) for name in target.group_by)
            bundles = [self._group(values, target, firing, now)]
        else:
            bundles = self._by_itself(anomaly_id, target, now)
        return [self._joined(bundle, anomaly_id, now) for bundle in bundles]

    def in_places(self, anomaly_id: str, places: Collection[Place]) -> list[Bundle]:
        """The bundles that tell of an anomaly in some of these places."""
        return [one for one in self.of(anomaly_id) if not set(places).isdisjoint(one.places)]

    def alone(self, bundle_id: str, anomaly_id: str, target: Target, now: int) -> Bundle:
        """A message of its own for a case, whatever else there is, under a given id; at once."""
        bundle = self.bundles.get(bundle_id)
        if bundle is None:
            bundle = _made(bundle_id, anomaly_id, "single", target, now)
            bundle.tell_at = now
            self.put(bundle)
        return self._joined(bundle, anomaly_id, now)

    def _joined(self, bundle: Bundle, anomaly_id: str, now: int) -> Bundle:
        if bundle.id not in self._of[anomaly_id]:
            self._of[anomaly_id].append(bundle.id)
            bundle.joined_at = now
            bundle.version += 1
            self.changed.add(bundle.id)
            bundle.members = (*bundle.members, anomaly_id)
        return bundle

    def _group(
        self,
        values: tuple[tuple[str, str], ...],
        target: Target,
        firing: Collection[str],
        now: int,
    ) -> Bundle:
        for one in reversed(self._at.get(target.places[0], ())):
            bundle = self.bundles[one]
            same = (bundle.kind, bundle.route, bundle.labels) == ("group", target.route, values)
            fits = same and bundle.places == target.places and _has_room(bundle)
            if fits and any(member in firing for member in bundle.members):
                return bundle
        name = "|".join(f"{label}={value}" for label, value in values)
        bundle = self._new("group", f"{target.route}|{name}", target, now)
        bundle.labels = values
        return bundle

    def _by_itself(self, anomaly_id: str, target: Target, now: int) -> list[Bundle]:
        """A message of its own in all places but those where too much comes, which have one for many each."""
        shared = [self._shared(place, target, now) for place in target.places]
        found = [one for one in shared if one is not None]
        left = tuple(place for place, one in zip(target.places, shared, strict=True) if one is None)
        if left:
            target = msgspec.structs.replace(target, places=left)
            bundle = _made(self._free(_id(anomaly_id, target)), anomaly_id, "single", target, now)
            self.put(bundle)
            found.append(bundle)
        return found

    def _shared(self, place: Place, target: Target, now: int) -> Bundle | None:
        """The message for many of a place, if one more would be too much for it."""
        bounds = self._bounds
        recent = list(self._since(place, now - max(bounds.flood_within, bounds.limit_per)))
        for bundle in recent:
            lasts = bundle.kind == "flood" and now - bundle.joined_at <= bounds.flood_within
            if lasts and _has_room(bundle):
                return bundle
        target = msgspec.structs.replace(target, places=(place,))
        together = [
            one
            for one in recent
            if one.kind == "single" and now - one.opened_at <= bounds.flood_within
        ]
        if len(together) + 1 > bounds.flood_more_than:
            return self._flood(together, place, target, now)
        within = [one for one in recent if now - one.opened_at <= bounds.limit_per]
        beyond = next((one for one in within if one.kind == "limit" and _has_room(one)), None)
        if beyond is not None:
            return beyond
        is_over = len(within) >= bounds.limit_messages
        return self._new("limit", "limit", target, now) if is_over else None

    def _flood(self, together: Iterable[Bundle], place: Place, target: Target, now: int) -> Bundle:
        """A new flood, which takes in what the place was not told yet."""
        flood = self._new("flood", "flood", target, now)
        for one in together:
            if now >= one.tell_at or one.deliveries:
                continue
            flood.said.update(one.said)
            flood.mentions = tuple(dict.fromkeys((*flood.mentions, *one.mentions)))
            flood.called_at = now if flood.mentions else 0
            for member in one.members:
                self._joined(flood, member, now)
            self._leave(one, place)
        return flood

    def _leave(self, bundle: Bundle, place: Place) -> None:
        """A message is not told in a place any more."""
        if bundle.places == (place,):
            self.forget(bundle)
            return
        bundle.places = tuple(other for other in bundle.places if other != place)
        self._at[place].remove(bundle.id)
        self.changed.add(bundle.id)

    def _free(self, bundle_id: str) -> str:
        while bundle_id in self.bundles:
            bundle_id += "X"
        return bundle_id

    def _new(self, kind: Kind, name: str, target: Target, now: int) -> Bundle:
        key = f"{kind[0].upper()}-{_short(f'{name}|{_addresses(target)}|{now}')}"
        key = self._free(key)
        bundle = _made(key, key, kind, target, now)
        self.put(bundle)
        return bundle

    def _since(self, place: Place, since: int) -> Iterator[Bundle]:
        """New messages of a place, newest first."""
        for one in self._at.get(place, ())[: -_MOST_LOOKED_AT - 1 : -1]:
            bundle = self.bundles[one]
            if max(bundle.opened_at, bundle.joined_at) >= since:
                yield bundle


def _made(bundle_id: str, key: str, kind: Kind, target: Target, now: int) -> Bundle:
    return Bundle(
        id=bundle_id,
        key=key,
        kind=kind,
        route=target.route,
        places=target.places,
        fallback=target.fallback,
        opened_at=now,
        tell_at=now + target.group_wait,
        mentions=target.mentions,
        called_at=now if target.mentions else 0,
        interval=target.group_interval,
    )


def _has_room(bundle: Bundle) -> bool:
    return len(bundle.members) < _MOST_MEMBERS


def _without(ids: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(other for other in ids if other != one)


def _id(anomaly_id: str, target: Target) -> str:
    return f"{anomaly_id}-{_short(f'{target.route}|{_addresses(target)}')}"


def _addresses(target: Target) -> str:
    return "|".join(f"{place.sink} {place.address}" for place in target.places)


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=5).hexdigest().upper()
