"""Workers that die at an exact point when they are ordered to."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.chaos.points import ORDER, POINTS, hook

ROOT = Path(__file__).parents[3]
PROGRAM = """
import asyncio
from benchmarks.chaos.points import hook, hook_commit

class Producer:
    async def begin_transaction(self): print("begin", flush=True)
    async def commit_transaction(self):
        print("commit", flush=True)
        await asyncio.sleep(0.05)
        print("done", flush=True)

async def main():
    producer = Producer()
    await producer.begin_transaction()
    await producer.commit_transaction()
    print("after", flush=True)

hook(Producer, "begin_transaction", "fetched", "begun")
hook_commit(Producer)
asyncio.run(main())
"""


def run(point: str, folder: Path) -> tuple[int, list[str], bool]:
    """Exit code, what was printed, and whether the order is still there."""
    order = folder / "order"
    order.write_text(point)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, ORDER: str(order), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.split(), order.exists()


@pytest.mark.parametrize(
    ("point", "printed"),
    [
        ("fetched", []),
        ("begun", ["begin"]),
        ("written", ["begin"]),
        ("committing", ["begin", "commit"]),
        ("committed", ["begin", "commit", "done"]),
    ],
)
def test_it_dies_where_it_is_ordered_to(point: str, printed: list[str], tmp_path: Path) -> None:
    """It ends as in a power cut, exactly there, and takes the order away."""
    assert run(point, tmp_path) == (-signal.SIGKILL, printed, False)


def test_another_point_changes_nothing(tmp_path: Path) -> None:
    """An order for a point that is not come to stays, and the program goes on."""
    assert run("told", tmp_path) == (0, ["begin", "commit", "done", "after"], True)


def test_a_method_that_is_gone_is_an_error() -> None:
    """A hook that would silently do nothing would prove nothing."""
    with pytest.raises(AttributeError):
        hook(Path, "no_such_method", None, "sent")


def test_the_product_has_the_methods_that_are_hooked() -> None:
    """A method that was renamed fails here, and not first in a worker."""
    program = "from benchmarks.chaos.obedient import install; install()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_all_points_are_hooked_onto_the_product() -> None:
    """Each point that can be ordered is one that a worker comes to."""
    said = "".join(
        (ROOT / "benchmarks" / "chaos" / name).read_text() for name in ("obedient.py", "points.py")
    )
    assert [point for point in POINTS if said.count(f'"{point}"') < 2] == []


def test_without_an_order_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hooked method takes the same arguments and gives the same answer."""

    class Adder:
        async def add(self, one: int, *, two: int) -> int:
            return one + two

    monkeypatch.setenv(ORDER, "/nonexistent")
    hook(Adder, "add", "fetched", "sent")
    assert asyncio.run(Adder().add(1, two=2)) == 3
