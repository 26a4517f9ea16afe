"""The worker's log: one line an event, in UTC, on standard error. Standard output belongs to the alerts."""

import logging
import time
from typing import Any


class UtcFormatter(logging.Formatter):
    """Times in UTC, as everywhere else."""

    converter = staticmethod(time.gmtime)


def logging_config(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes; ``level`` is a name such as ``info``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": UtcFormatter,
                "format": "%(asctime)sZ %(levelname)s %(name)s: %(message)s",
                "datefmt": "%Y-%m-%dT%H:%M:%S",
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stderr",
                "formatter": "line",
            }
        },
        "root": {"level": level.upper(), "handlers": ["stderr"]},
    }
