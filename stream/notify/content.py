"""What a message says, as a short hash: the same content is not sent twice."""

from hashlib import blake2b

import msgspec

from alerting.notices.notice import Notice

_encode = msgspec.msgpack.Encoder().encode


def content_of(notice: Notice) -> str:
    """The hash of a notice's message."""
    return blake2b(_encode(notice.message), digest_size=8).hexdigest()
