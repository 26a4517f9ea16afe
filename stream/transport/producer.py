"""The producer of the agents: every send is acknowledged by all replicas, and retried without doubles."""

from collections.abc import Mapping
from typing import Any

from faust.transport.drivers.aiokafka import Producer


class SafeProducer(Producer):
    """Faust's producer with ``acks=all`` and idempotence.

    Overrides ``_settings_extra``: Faust (`drivers/aiokafka.py`, `_settings_default`) sends without
    idempotence unless the whole app runs ``exactly_once``, which is not used here.
    """

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"acks": "all", "enable_idempotence": True}
