"""The only answer to a fault that leaves it open what was done: stop at once, commit nothing more."""

import logging
import os
import threading
from typing import NoReturn

from stream.errors import UserError
from stream.kafka.denied import denied

logger = logging.getLogger(__name__)

EXIT_FAULT = 70  # EX_SOFTWARE of sysexits.h: a supervisor restarts the worker


def stop_process(reason: str, error: BaseException | None = None) -> NoReturn:
    """Log the reason and end the process without any clean-up that could commit an offset.

    What was acknowledged is in Kafka; what was not comes again to the next owner, who skips what its
    state has counted. So an abrupt end is always safe, and going on after an unknown fault is not.

    What a person has to mend (a `UserError`, a right that is missing) is told in one line, and is the exit code.
    """
    mend = error if isinstance(error, UserError) else denied(error)
    if mend is None:
        logger.critical("worker stops: %s", reason, exc_info=error)
    else:
        logger.critical("worker stops: %s", mend)
    logging.shutdown()
    os._exit(EXIT_FAULT if mend is None else mend.exit_code)


def end_within(seconds: float) -> None:
    """Have this process end by then, however its clean-up fares: it waits minutes for brokers that are down."""
    timer = threading.Timer(seconds, stop_process, ["its clean-up takes too long"])
    timer.daemon = True
    timer.start()
