"""What a worker cannot do without: brokers, topics, rights and positions that fit together."""

from collections.abc import Mapping

from config.settings import Settings
from stream.errors import UserError
from stream.kafka.embedded import is_embedded
from stream.kafka.origin import Origin
from stream.kafka.worker_admin import WorkerAdmin


def require_topics(settings: Settings) -> Mapping[str, Origin]:
    """Stop before anything is started if something outside is not as it must be, with a line for each thing.

    Returns:
        By stage, what the positions in its state count; empty for the embedded Kafka, which has no ids and
        keeps no state.

    Raises:
        UserError: naming what is wrong and the remedy.
    """
    if not settings.kafka_check_crcs and is_embedded(settings.kafka_brokers):
        return {}
    with WorkerAdmin(settings, wait=0) as admin:
        findings = admin.check() or admin.check_positions()
        if findings:
            raise UserError("\n".join(findings), exit_code=3)
        return admin.origins()
