"""The Faust app itself: how it is set, and without what is not needed here."""

import os
import socket
from typing import Any

import faust
from faust.serializers import codecs

from config.settings import Settings
from stream.logs import logging_config
from stream.transport import ChunkTransport


class _ChunkCodec(codecs.Codec):
    """Hands the chunk through as it is: decoding is the agents' work."""

    def _dumps(self, obj: Any) -> Any:
        return obj

    def _loads(self, s: Any) -> Any:
        return s


codecs.register("chunk", _ChunkCodec())


class FilelessApp(faust.App):
    """A Faust app that makes no folders where it is started: nothing of it is kept in files."""

    def _create_directories(self) -> None:
        """Nothing."""


def make_app(settings: Settings, group: str) -> faust.App:
    """The app of a worker of the consumer group."""
    app = FilelessApp(
        group,
        broker=[f"kafka://{broker}" for broker in settings.kafka_brokers],
        store="memory://",
        logging_config=logging_config(settings.log_level),
        topic_allow_declare=False,
        topic_disable_leader=True,
        web_enabled=settings.web_port is not None,
        web_port=settings.web_port or 6066,
        canonical_url=f"http://{_own_name(settings)}:{settings.web_port or 6066}",
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.5,
        broker_request_timeout=30.0,
        broker_rebalance_timeout=20.0,
        broker_commit_interval=1.0,
        broker_check_crcs=settings.kafka_check_crcs,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=1 << 20,
        consumer_group_instance_id=settings.instance,
        producer_compression_type="lz4",
        producer_max_request_size=8 << 20,
        producer_request_timeout=60.0,
        producer_linger=0.0,
    )
    app.transport = ChunkTransport(app.conf.broker_consumer, app)
    app.producer_transport = ChunkTransport(app.conf.broker_producer, app)
    return app


def _own_name(settings: Settings) -> str:
    """A name that no other worker has: Faust's assignor tells workers apart by it."""
    return settings.instance or f"{socket.gethostname()}-{os.getpid()}".lower()
