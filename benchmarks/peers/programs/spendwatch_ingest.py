"""Spendwatch's real worker with the ingest agents alone: what comes in goes to `charges`, and no further."""

import stream.app
from stream.app import Worker, create_worker


class IngestWorker(Worker):
    """A worker that consumes the source topics only."""

    def _agents(self) -> None:
        self._stages = {}
        super()._agents()


if __name__ == "__main__":
    setattr(stream.app, "Worker", IngestWorker)  # noqa: B010 - what `create_worker` makes; mypy knows no such change
    worker = create_worker()
    worker.app.Worker(
        loglevel=worker.settings.log_level, quiet=True, redirect_stdouts=False
    ).execute_from_commandline()
