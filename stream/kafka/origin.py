"""Where a state belongs: its positions are offsets of certain topics of a certain cluster, and of no others.

A topic that is deleted and made anew begins at offset 0 again, and a state that was copied from elsewhere
holds offsets of topics that are not here. Either way charges would be skipped as counted, or counted
twice, and nobody would see it. So each partition of a state topic holds a record of what its positions
count: the cluster's id and the ids that Kafka gives to topics, which no two topics ever share.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

KEY: Final = b"@"  # of the record; the keys of stages begin with letters


class Origin(msgspec.Struct, frozen=True):
    """The cluster and, by name, the ids of the state topic itself and of the topics it has positions of."""

    cluster: str
    topics: Mapping[str, str]

    def encoded(self) -> bytes:
        """The record's value, the same for equal origins."""
        return msgspec.json.encode(self, order="deterministic")

    def difference(self, recorded: bytes) -> str | None:
        """What of a record made by `encoded` is not so here, in words; None if it all is.

        Topics that a newer version has positions of, and the record does not name, are no difference.
        """
        try:
            then = msgspec.json.decode(recorded, type=Origin)
        except msgspec.MsgspecError:
            return f"its record of where it belongs cannot be read: {recorded[:80]!r}"
        if then.cluster != self.cluster:
            return f"it belongs to the cluster {then.cluster}, and this is {self.cluster}"
        for name, was in then.topics.items():
            now = self.topics.get(name)
            if now is None:
                return f"it has positions of the topic {name!r}, which is not a source here"
            if now != was:
                return (
                    f"it belongs to a topic {name!r} with the id {was}, and the one here has {now}"
                )
        return None
