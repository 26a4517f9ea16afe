"""The demo: an embedded Kafka, a real worker, a replay, and a summary that must add up."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from alerting.sinks import make_sinks
from alerting.sinks.errors import Permanent, Transient
from config.environment import load_settings
from config.loader import load_rules
from stream.cli.publish import Outgoing, read
from stream.demo.company import END, simulate
from stream.demo.summary import Summary
from stream.demo.tally import Tally
from stream.demo.watcher import Watcher
from stream.demo.worker_process import WorkerProcess
from stream.digest.core import Tick
from stream.errors import UserError
from stream.kafka.cluster import Cluster
from stream.kafka.embedded import EmbeddedKafka
from stream.kafka.topics import Topics, specs
from stream.publish.publisher import Publisher

COMPANY_RULES: Final = Path(__file__).with_name("company.rules.yaml")

_IN_FLIGHT: Final = (
    24_000  # the embedded Kafka forgets what is more than about 5 MB old, a partition
)
_LINGER_MS: Final = 250  # it answers a fetch with one batch: large batches make it fast
_UNCOUNTED: Final = 100_000
_PATIENCE: Final = 120.0
_FILES: Final = ("*.jsonl", "*.jsonl.gz", "*.ndjson", "*.csv", "*.csv.gz", "*.json")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asked for."""

    data: Path | None
    weeks: int
    slack_url: str | None
    slack_token: str | None
    rules: Path | None


class Demo:
    """One run; `run` says whether all went well."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._rules_path = options.rules or COMPANY_RULES
        self._rules = load_rules(self._rules_path)
        self._topics = Topics()
        self._console = Console()
        self._tally = Tally(self._rules.pricing)
        self._sink = "console" if options.slack_token is None else "slack"

    def run(self) -> bool:
        """Replay, wait for what comes of it, and sum up.

        Raises:
            UserError: if the worker ends or does not get ahead, or the data cannot be read.
        """
        started = time.monotonic()
        self._require_slack()
        names = tuple(spec.name for spec in specs(self._topics, 1))
        with (
            EmbeddedKafka(names) as kafka,
            Watcher(Cluster(kafka.brokers, check_crcs=False), self._topics) as watcher,
            self._progress() as bar,
            WorkerProcess(self._settings(kafka.brokers), self._show) as worker,
            Publisher(kafka.brokers, names, linger_ms=_LINGER_MS, sticky=False) as publisher,
        ):
            task = bar.add_task("replaying", total=1.0, what="starting")
            self._replay(publisher, watcher, worker, bar, task)
            bar.update(task, completed=0.97, what="the last buckets close")
            expected = self._tally.charges
            self._wait(worker, lambda: watcher.counted >= expected, "buckets do not close")
            bar.update(task, completed=0.98, what="alerts go out")
            self._wait(
                worker,
                lambda: not watcher.undelivered(self._sink) or bool(worker.errors),
                "alerts do not go out",
            )
            bar.update(task, completed=0.99, what="the digest goes out")
            self._send_digest(publisher, watcher, worker)
            bar.update(task, completed=1.0, what="done")
        summary = Summary(self._tally, watcher, self._sink, simulated=self._options.data is None)
        summary.print(self._console, time.monotonic() - started)
        return summary.adds_up()

    def _require_slack(self) -> None:
        """Find out before the replay whether Slack lets us in.

        Raises:
            UserError: with what to mend.
        """
        token, url = self._options.slack_token, self._options.slack_url
        if token is None:
            if url is not None:
                raise UserError("--slack-url needs --slack-token, the bot's token", exit_code=2)
            return
        given = {"SPENDWATCH_SLACK_TOKEN": token, "SPENDWATCH_SLACK_URL": url or ""}
        settings = load_settings(given)
        try:
            for sink in make_sinks(settings):
                asyncio.run(sink.check())
        except Permanent as error:
            raise UserError(str(error)) from None
        except Transient as error:
            remedy = f"is {settings.slack_url} right?"
            raise UserError(f"{error}: {remedy}", exit_code=3) from None

    def _settings(self, brokers: tuple[str, ...]) -> dict[str, str]:
        settings = {
            "SPENDWATCH_KAFKA_BROKERS": ",".join(brokers),
            "SPENDWATCH_KAFKA_CHECK_CRCS": "false",  # the embedded Kafka writes none with its markers
            "SPENDWATCH_RULES": str(self._rules_path),
            "SPENDWATCH_LOG_LEVEL": "warning",
            "FORCE_COLOR": "1" if self._console.is_terminal else "",
            "COLUMNS": str(self._console.width),
        }
        if self._options.slack_token is not None:
            settings["SPENDWATCH_SLACK_TOKEN"] = self._options.slack_token
        if self._options.slack_url is not None:
            settings["SPENDWATCH_SLACK_URL"] = self._options.slack_url
        return settings

    def _show(self, line: str) -> None:
        """Hand on what the worker says, above the progress bar."""
        self._console.print(Text.from_ansi(line), soft_wrap=not self._console.is_terminal)

    def _replay(
        self,
        publisher: Publisher,
        watcher: Watcher,
        worker: WorkerProcess,
        bar: Progress,
        task: TaskID,
    ) -> None:
        topics = {"billing": self._topics.billing, "usage": self._topics.usage}
        first: int | None = None
        for event in self._events():
            self._tally.add(event.source, event.value, event.headers)
            publisher.send(topics[event.source], event.value, event.headers)
            if event.time is not None and first is None:
                first = event.time
            if publisher.sent % 500 == 0:
                self._keep_pace(publisher, watcher, worker)
                bar.update(task, completed=self._share(first, event.time), what=_moment(event.time))

    def _events(self) -> Iterator[Outgoing]:
        if self._options.data is not None:
            yield from read(_files(self._options.data), with_time=True)
            return
        for event in simulate(self._options.weeks, END):
            yield Outgoing(event.topic, event.time, event.value, event.headers)

    def _share(self, first: int | None, now: int | None) -> float:
        if first is None or now is None or self._options.data is not None:
            return 0.5
        span = END.timestamp() - first
        return 0.96 * (now - first) / span if span > 0 else 0.96

    def _keep_pace(self, publisher: Publisher, watcher: Watcher, worker: WorkerProcess) -> None:
        def close_enough() -> bool:
            in_flight = publisher.sent - watcher.events_ingested()
            return in_flight < _IN_FLIGHT and self._tally.charges - watcher.counted < _UNCOUNTED

        self._wait(worker, close_enough, "the worker does not get ahead", pause=0.01)

    @staticmethod
    def _wait(
        worker: WorkerProcess, reached: Callable[[], bool], problem: str, pause: float = 0.05
    ) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not reached():
            worker.require_alive()
            if time.monotonic() > deadline:
                raise UserError(f"{problem}: nothing happened for {_PATIENCE:.0f} s")
            time.sleep(pause)

    def _send_digest(self, publisher: Publisher, watcher: Watcher, worker: WorkerProcess) -> None:
        day = self._digest_day(watcher)
        publisher.send(self._topics.ticks, msgspec.json.encode(Tick(day, again=True)), partition=0)
        publisher.flush()
        errors = len(worker.errors)
        self._wait(
            worker,
            lambda: day.isoformat() in watcher.digests or len(worker.errors) > errors,
            "the digest does not go out",
        )

    def _digest_day(self, watcher: Watcher) -> date:
        """The newest full day on which something was found, so that the digest has it to tell."""
        last = self._tally.last_full_day()
        found = [one.detected_at.date() for one in watcher.anomalies.values()]
        return max((day for day in found if day <= last), default=last)

    def _progress(self) -> Progress:
        return Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[what]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            redirect_stdout=False,
            disable=not self._console.is_terminal,
        )


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted({file for pattern in _FILES for file in path.glob(pattern)})
    if not found:
        raise UserError(
            f"{path}: there is no file to replay in it; it may hold {', '.join(_FILES)}"
        )
    return found


def _moment(seconds: int | None) -> str:
    return "" if seconds is None else f"{datetime.fromtimestamp(seconds, UTC):%a %d %b %Y %H:%M}"
