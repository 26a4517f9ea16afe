"""Which Kafka the tests use, and the fixtures that give it to them.

It is, in this order: the one that SPENDWATCH_TEST_KAFKA names, Kafka's image in a container, or Kafka
from Maven as a child process. If there is none the session fails, unless
SPENDWATCH_TEST_WITHOUT_KAFKA=1 says that these tests are to be left out.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import token_hex

import kafka_jars
import pytest
from kafka_container import IMAGE, KafkaContainer, engine_answers
from kafka_jars import NoToolsError
from kafka_server import ApacheKafka, KafkaStartError, wait_until_answers

ADDRESS = "SPENDWATCH_TEST_KAFKA"
WITHOUT = "SPENDWATCH_TEST_WITHOUT_KAFKA"
REMEDY = (
    f"start a container engine, install maven and Java {kafka_jars.OLDEST_JAVA} or newer, or name a running "
    f"Kafka: {ADDRESS}=host:port. To leave these tests out: {WITHOUT}=1"
)
_FIXTURES = {"kafka", "own_kafka", "topic_prefix"}
_numbers = count(1)


@dataclass(frozen=True)
class Kafka:
    """A Kafka that runs for the whole session."""

    brokers: str  # "host:port", or several of them with commas between
    origin: str


@dataclass(frozen=True)
class _Source:
    """One place to take Kafka from; ``start`` gives the brokers and leaves the clean-up in the stack."""

    origin: str
    start: Callable[[ExitStack], str]


class _Session:
    """The session's Kafka: chosen at once, started when the first test is known to need it."""

    def __init__(self) -> None:
        self.sources = _sources()
        self.failures: list[str] = []
        self.deselected = 0
        self.running: Kafka | None = None
        self._stack = ExitStack()

    def start(self) -> Kafka:
        """The Kafka of the first source that brings one up.

        Raises:
            KafkaStartError: if none does, with the reason of each.
        """
        for source in self.sources if self.running is None else ():
            try:
                self.running = Kafka(source.start(self._stack), source.origin)
                break
            except (KafkaStartError, NoToolsError) as error:
                self.failures.append(f"{source.origin}: {error}")
        if self.running is None:
            raise KafkaStartError("\n".join(["no Kafka for the tests.", *self.failures, REMEDY]))
        return self.running

    def stop(self) -> None:
        self._stack.close()


def _sources() -> list[_Source]:
    address = os.environ.get(ADDRESS)
    if address:
        return [_Source(f"{address} ({ADDRESS})", lambda _stack: _given(address))]
    sources = []
    if engine_answers():
        sources.append(_Source(f"{IMAGE} in a container", _in_container))
    if kafka_jars.can_be_had():
        sources.append(_Source("Apache Kafka from Maven", _from_maven))
    return sources


def _given(address: str) -> str:
    wait_until_answers(address, lambda: None, timeout=30)
    return address


def _in_container(stack: ExitStack) -> str:
    container = KafkaContainer().start()
    stack.callback(container.stop)
    return container.brokers


def _from_maven(stack: ExitStack) -> str:
    java, jars = kafka_jars.fetch()
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="spendwatch-kafka-"))
    return stack.enter_context(ApacheKafka(jars, Path(folder), java=java)).brokers


_SESSION = pytest.StashKey[_Session]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_SESSION] = _Session()


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_SESSION].stop()


def pytest_report_header(config: pytest.Config) -> str:
    if _left_out():
        return f"kafka: none ({WITHOUT}=1)"
    origins = [source.origin for source in config.stash[_SESSION].sources]
    return f"kafka: {', or else '.join(origins) or 'NONE: ' + REMEDY}"


@pytest.hookimpl(tryfirst=True)  # before -m selects by the marker that is added here
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if _FIXTURES.intersection(getattr(item, "fixturenames", ())):
            item.add_marker("kafka")
    if _left_out():
        left_out = [item for item in items if item.get_closest_marker("kafka")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("kafka")]
        config.stash[_SESSION].deselected = len(left_out)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Fetches and starts Kafka before the first test, whose time limit is none for a download."""
    config = session.config
    needing = [item for item in session.items if item.get_closest_marker("kafka")]
    if config.option.collectonly or not needing:
        return
    try:
        config.stash[_SESSION].start()
        if any("own_kafka" in getattr(item, "fixturenames", ()) for item in needing):
            kafka_jars.fetch()
    except (KafkaStartError, NoToolsError) as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.TESTS_FAILED)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    session = config.stash[_SESSION]
    if session.deselected:
        terminalreporter.write_sep(
            "!", f"{session.deselected} tests NOT RUN: {WITHOUT} is set", red=True
        )
    if session.running is not None:
        for failure in session.failures:
            terminalreporter.write_line(f"kafka: not from {failure}", yellow=True)
        terminalreporter.write_line(f"kafka: tested against {session.running.origin}")


def _left_out() -> bool:
    return os.environ.get(WITHOUT, "") not in {"", "0"}


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> Kafka:
    """The session's Kafka; its topics outlive a test, so each test takes names of its own."""
    return pytestconfig.stash[_SESSION].start()


@pytest.fixture
def topic_prefix(kafka: Kafka) -> str:  # noqa: ARG001 (a prefix is of use with a Kafka only)
    """A prefix for topics and groups that no other test has."""
    return f"t{next(_numbers)}-{token_hex(3)}."


@pytest.fixture
def own_kafka(tmp_path: Path) -> Iterator[ApacheKafka]:
    """A running broker of the test's own, to be killed and started again as it likes."""
    java, jars = kafka_jars.fetch()
    with ApacheKafka(jars, tmp_path / "kafka", java=java) as broker:
        yield broker
