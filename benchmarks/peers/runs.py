"""One run of each program: topic filled, program started on its core, processor seconds once all sums are right."""

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from benchmarks.peers.checks import of_peer, require_sums, require_tokens
from benchmarks.throughput.deployment import Deployment
from benchmarks.throughput.kafka import create_topic, delete_topics, publish, records
from benchmarks.throughput.processes import Measured
from benchmarks.throughput.sums import SumsReader, of_spend
from benchmarks.throughput.traffic import PRICES, Traffic, rules
from benchmarks.throughput.waiting import wait_until_committed, wait_until_written

PROGRAMS: Final = Path(__file__).parent / "programs"
ROOT: Final = Path(__file__).parents[2]
PARTITIONS: Final = 4
_PATIENCE: Final = 300.0


class Bench:
    """Where programs run.

    Args:
        brokers: bootstrap servers.
        folder: takes logs and states.
        python: the interpreter that has the peers installed.
    """

    def __init__(self, brokers: str, folder: Path, python: Path) -> None:
        self.brokers = brokers
        self.folder = folder
        self.python = python

    def bare(self, traffic: Traffic) -> float:
        """The bare loop; it ends by itself."""
        with self._topics(traffic) as (topic, out):
            with self._peer("bare_loop.py", topic, out, COUNT=str(traffic.count)) as program:
                seconds = program.wait(_PATIENCE)
            said = json.loads(self._log("bare_loop.py", topic).read_text().splitlines()[-1])
            require_tokens(traffic.truth, said)
            return seconds

    def bytewax(self, traffic: Traffic, **more: str) -> float:
        """Bytewax; it ends by itself."""
        with self._topics(traffic) as (topic, out):
            reader = SumsReader(self.brokers, out, of_peer)
            with self._peer("bytewax_sums.py", topic, out, **more) as program:
                seconds = program.wait(_PATIENCE)
                reader.wait(traffic.truth, None, _PATIENCE)
            require_sums(traffic.truth, reader.sums)
            return seconds

    def bytewax_exact(self, traffic: Traffic) -> float:
        """Bytewax with more of what Spendwatch does: decimals, repeats found by id, recovery."""
        return self.bytewax(traffic, EXACT="1")

    def quix(self, traffic: Traffic) -> float:
        """Quix Streams; what closes the last windows is sent when all is through the repartition topic."""
        with self._topics(traffic) as (topic, out):
            reader = SumsReader(self.brokers, out, of_peer)
            with self._peer("quix_sums.py", topic, out) as program:
                between = f"repartition__quix-{topic}--{topic}--key"
                wait_until_written(self.brokers, between, traffic.count, program, _PATIENCE)
                publish(self.brokers, topic, records(traffic, traffic.closing(), PARTITIONS))
                reader.wait(traffic.truth, program, _PATIENCE)
                seconds = program.cpu()
            require_sums(traffic.truth, reader.sums)
            return seconds

    def quix_keyed(self, traffic: Traffic) -> float:
        """Quix Streams on events that carry team and service as key, so that nothing is repartitioned."""
        with self._topics(traffic, keyed=True) as (topic, out):
            publish(self.brokers, topic, records(traffic, traffic.closing(), None))
            reader = SumsReader(self.brokers, out, of_peer)
            with self._peer("quix_sums.py", topic, out, KEYED="1") as program:
                reader.wait(traffic.truth, program, _PATIENCE)
                seconds = program.cpu()
            require_sums(traffic.truth, reader.sums)
            return seconds

    def spendwatch(self, traffic: Traffic) -> float:
        """Spendwatch's worker with all its stages."""
        with self._deployment(traffic) as deployment:
            reader = SumsReader(self.brokers, deployment.topics.spend, of_spend)
            with deployment.worker() as program:
                reader.wait(traffic.truth, program, _PATIENCE)
                seconds = program.cpu()
            require_sums(traffic.truth, reader.sums, exactly=True)
            return seconds

    def spendwatch_ingest(self, traffic: Traffic) -> float:
        """Spendwatch's worker with the ingest agents alone."""
        with self._deployment(traffic) as deployment:
            script = str(PROGRAMS / "spendwatch_ingest.py")
            with deployment.program(script) as program:
                wait_until_committed(
                    self.brokers,
                    deployment.topics.group,
                    deployment.topics.usage,
                    traffic.count,
                    program,
                    _PATIENCE,
                )
                return program.cpu()

    @contextmanager
    def _deployment(self, traffic: Traffic) -> Iterator[Deployment]:
        deployment = Deployment(
            self.brokers, self.folder, rules(), PARTITIONS, {"PYTHONPATH": str(ROOT)}
        )
        deployment.create()
        publish(
            self.brokers, deployment.topics.usage, records(traffic, traffic.events(), PARTITIONS)
        )
        yield deployment
        deployment.delete()

    @contextmanager
    def _topics(self, traffic: Traffic, *, keyed: bool = False) -> Iterator[tuple[str, str]]:
        topic, out = f"in-{uuid4().hex[:8]}", f"out-{uuid4().hex[:8]}"
        create_topic(self.brokers, topic, PARTITIONS)
        create_topic(self.brokers, out, PARTITIONS)
        publish(
            self.brokers, topic, records(traffic, traffic.events(), None if keyed else PARTITIONS)
        )
        yield topic, out
        delete_topics(self.brokers, [topic, out])

    def _log(self, script: str, topic: str) -> Path:
        return self.folder / f"{script}-{topic}.log"

    @contextmanager
    def _peer(self, script: str, topic: str, out: str, **more: str) -> Iterator[Measured]:
        path = str(PROGRAMS / script)
        state = tempfile.mkdtemp(dir=self.folder)
        command = [path]
        if script.startswith("bytewax"):
            command = ["-m", "bytewax.run", path]
            if "EXACT" in more:
                subprocess.run([self.python, "-m", "bytewax.recovery", state, "1"], check=True)
                command += ["-r", state, "-s", "10", "-b", "0"]
        environment = {
            "BROKERS": self.brokers,
            "TOPIC": topic,
            "OUT": out,
            "PRICES": json.dumps(PRICES),
            "STATE": state,
            "PYTHONPATH": str(PROGRAMS),
            **more,
        }
        with Measured(
            [str(self.python), *command], self._log(script, topic), environment
        ) as program:
            yield program
        shutil.rmtree(state, ignore_errors=True)
