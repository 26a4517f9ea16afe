"""Which message tells of a case: its own, that of its group, or one for a flood. Pure, but for what it remembers.

A group is Alertmanager's: cases of one route with the same values of its `group_by` labels. A *flood* is more cases
than ``flood.more_than`` that open in one place within ``flood.within``: from then on they share a message, until none
came for as long. The *limit* of a place counts its new messages; cases beyond it share one as well. Nothing is dropped.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Final, Protocol

from alerting.notices.bundle import Bundle, Kind
from alerting.routing.target import Place, Target

_MOST_LOOKED_AT: Final = 1000
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
            for place in bundle.places[:1]:
                self._at[place].append(bundle.id)
        self.bundles[bundle.id] = bundle
        for member in bundle.members:
            if bundle.id not in self._of[member]:
                self._of[member].append(bundle.id)

    def forget(self, bundle: Bundle) -> None:
        """Nothing will be said of it any more."""
        self.changed.add(bundle.id)
        self.bundles.pop(bundle.id, None)
        for member in bundle.members:
            self._of[member] = [other for other in self._of[member] if other != bundle.id]
            if not self._of[member]:
                del self._of[member]
        for place in bundle.places[:1]:
            self._at[place] = [other for other in self._at[place] if other != bundle.id]

    def of(self, anomaly_id: str) -> list[Bundle]:
        """The bundles that tell of an anomaly."""
        return [self.bundles[one] for one in self._of.get(anomaly_id, ())]

    def of_target(self, anomaly_id: str, target: Target) -> Bundle | None:
        """The bundle that tells of an anomaly in one of a target's places."""
        places = set(target.places)
        return next((one for one in self.of(anomaly_id) if places & set(one.places)), None)

    def join(
        self,
        anomaly_id: str,
        labels: Mapping[str, str],
        target: Target,
        firing: Collection[str],
        now: int,
    ) -> Bundle:
        """The bundle in which a case is told that was not told in a target's places yet; the case is a member of it.

        Args:
            anomaly_id: of the case.
            labels: of the case.
            target: where to.
            firing: anomalies that are open.
            now: epoch seconds.
        """
        if target.group_by and _EVERYTHING not in target.group_by:
            values = tuple((name, labels.get(name, "")) for name in target.group_by)
            bundle = self._group(values, target, firing, now)
        else:
            bundle = self._by_itself(anomaly_id, target, now)
        return self._joined(bundle, anomaly_id, now)

    def alone(self, bundle_id: str, anomaly_id: str, target: Target, now: int) -> Bundle:
        """A message of its own for a case, whatever else there is, under a given id; at once."""
        bundle = self.bundles.get(bundle_id)
        if bundle is None:
            bundle = _made(bundle_id, anomaly_id, "single", target, now)
            bundle.tell_at = now
            self.put(bundle)
        return self._joined(bundle, anomaly_id, now)

    def _joined(self, bundle: Bundle, anomaly_id: str, now: int) -> Bundle:
        if anomaly_id not in bundle.members:
            bundle.members = (*bundle.members, anomaly_id)
            bundle.joined_at = now
            bundle.version += 1
            self.put(bundle)
        return bundle

    def _group(
        self, values: tuple[tuple[str, str], ...], target: Target, firing: Collection[str], now: int
    ) -> Bundle:
        for place in target.places[:1]:
            for one in reversed(self._at.get(place, ())):
                bundle = self.bundles[one]
                same = (bundle.kind, bundle.route, bundle.labels) == ("group", target.route, values)
                if same and any(member in firing for member in bundle.members):
                    return bundle
        name = "|".join(f"{label}={value}" for label, value in values)
        bundle = self._new("group", f"{target.route}|{name}", target, now)
        bundle.labels = values
        return bundle

    def _by_itself(self, anomaly_id: str, target: Target, now: int) -> Bundle:
        place, bounds = target.places[0], self._bounds
        recent = list(self._since(place, now - max(bounds.flood_within, bounds.limit_per)))
        for bundle in recent:
            if bundle.kind == "flood" and now - bundle.joined_at <= bounds.flood_within:
                return bundle
        together = [
            one
            for one in recent
            if one.kind == "single" and now - one.opened_at <= bounds.flood_within
        ]
        if len(together) + 1 > bounds.flood_more_than:
            return self._flood(together, target, now)
        within = [one for one in recent if now - one.opened_at <= bounds.limit_per]
        beyond = next((one for one in within if one.kind == "limit"), None)
        if beyond is not None:
            return beyond
        if len(within) >= bounds.limit_messages:
            return self._new("limit", "limit", target, now)
        made = _made(_id(anomaly_id, target), anomaly_id, "single", target, now)
        self.put(made)
        return made

    def _flood(self, together: Iterable[Bundle], target: Target, now: int) -> Bundle:
        """A new flood, which takes in what was not told yet."""
        flood = self._new("flood", "flood", target, now)
        for one in together:
            if now < one.tell_at and not one.deliveries and set(one.places) == set(flood.places):
                self.forget(one)
                for member in one.members:
                    flood.said.update(one.said)
                    self._joined(flood, member, now)
        return flood

    def _new(self, kind: Kind, name: str, target: Target, now: int) -> Bundle:
        address = "|".join(f"{place.sink} {place.address}" for place in target.places)
        key = f"{kind[0].upper()}-{_short(f'{name}|{address}|{now}')}"
        while key in self.bundles:
            key += "X"
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
        interval=target.group_interval,
    )


def _id(anomaly_id: str, target: Target) -> str:
    return f"{anomaly_id}-{_short(target.route)}"


def _short(text: str) -> str:
    return blake2b(text.encode(), digest_size=5).hexdigest().upper()
