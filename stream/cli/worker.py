"""``spendwatch worker``: run one worker until it is told to stop."""

from config.environment import load_settings
from config.loader import load_rules
from stream.errors import UserError
from stream.kafka.required import require_topics


def worker() -> None:
    """Run a worker: ingest, detect, notify and digest.

    Start as many as you like, on as many machines: they share the partitions. Settings come from the
    environment, rules from SPENDWATCH_RULES; `spendwatch config show` prints both.
    """
    settings = load_settings()
    rules = load_rules(settings.rules)
    origins = require_topics(settings)

    from stream.app import Worker

    process = Worker(settings, rules, origins).app.Worker(
        loglevel=settings.log_level, quiet=True, redirect_stdouts=False
    )
    try:
        process.execute_from_commandline()
    except Exception as error:  # noqa: BLE001 - the log has told how it came
        raise UserError(f"the worker ended: {error!r}; its log above says more") from None
