"""A state says what its positions count, and is not taken for another one's."""

import pytest

from stream.kafka.origin import Origin

HERE = Origin("cluster-a", {"billing": "id-1", "charges": "id-2"})


@pytest.mark.parametrize(
    ("recorded", "difference"),
    [
        (HERE.encoded(), None),
        (Origin("cluster-a", {"billing": "id-1"}).encoded(), None),
        (Origin("cluster-b", HERE.topics).encoded(), "cluster cluster-b, and this is cluster-a"),
        (
            Origin("cluster-a", {"billing": "id-0"}).encoded(),
            "a topic 'billing' with the id id-0, and the one here has id-1",
        ),
        (Origin("cluster-a", {"old.billing": "id-1"}).encoded(), "the topic 'old.billing'"),
        (b"\x00", "cannot be read"),
    ],
)
def test_a_record_of_another_origin_is_told_apart(recorded: bytes, difference: str | None) -> None:
    """What a newer version counts besides is no difference."""
    said = HERE.difference(recorded)
    assert (said is None) == (difference is None)
    assert difference is None or difference in str(said)


def test_equal_origins_have_the_same_record() -> None:
    """Else it would be written anew at every start."""
    turned = Origin("cluster-a", {"charges": "id-2", "billing": "id-1"})
    assert turned.encoded() == HERE.encoded()
