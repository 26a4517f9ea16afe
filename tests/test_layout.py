"""The layout holds: which package may import which, who may use a library, and what stays free of effects."""

import ast
import gc
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("config", "detectors", "alerting", "stream")
FILES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))

# Each library behind one door, so that it can be replaced, or upgraded, in one place.
DOORS = {
    "faust": ("stream/app.py", "stream/cli/worker.py", "stream/transport/"),
    "mode": ("stream/transport/",),
    "aiokafka": (
        "alerting/sinks/events.py",
        "stream/kafka/",
        "stream/stage/owned.py",
        "stream/transport/",
    ),
    "aiosmtplib": ("alerting/sinks/",),
    "confluent_kafka": ("stream/kafka/embedded.py", "stream/publish/"),
    "kafka": ("stream/kafka/",),
    "slack_sdk": ("alerting/sinks/", "stream/slack/"),
    "aiohttp": ("alerting/sinks/", "stream/slack/"),
    "yaml": ("config/",),
    "pydantic_settings": ("config/",),
    "river": ("detectors/",),
    "genai_prices": ("stream/pricing.py",),
    "holidays": ("config/holidays.py",),
    "re2": ("config/matchers.py",),
    "matplotlib": ("alerting/render/picture.py",),
    "typer": ("stream/cli/",),
}

# What decides is a function of its arguments: it asks no clock, environment, network or chance.
EFFECTS = {
    "asyncio",
    "logging",
    "os",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "threading",
    "time",
}
CLOCK = {"now", "today", "utcnow"}
PURE = (
    "detectors/",
    "alerting/",
    "stream/allocation/",
    "stream/alerts/case_rows.py",
    "stream/alerts/details.py",
    "stream/alerts/ended.py",
    "stream/alerts/feedback_lines.py",
    "stream/alerts/judgements.py",
    "stream/alerts/matchers.py",
    "stream/alerts/noting.py",
    "stream/alerts/said_rows.py",
    "stream/alerts/selecting.py",
    "stream/alerts/times.py",
    "stream/alerts/words.py",
    "stream/charge.py",
    "stream/formats/",
    "stream/ledger.py",
    "stream/money.py",
    "stream/pipeline.py",
    "stream/pricing.py",
    "stream/tariff.py",
    "stream/detect/",
    "stream/digest/core.py",
    "stream/freshness/freshness.py",
    "stream/freshness/rhythm.py",
    "stream/ingest/fold.py",
    "stream/notify/bounds.py",
    "stream/notify/content.py",
    "stream/notify/core.py",
    "stream/notify/escalation.py",
    "stream/notify/hearing.py",
    "stream/notify/look.py",
    "stream/notify/memory.py",
    "stream/notify/operator.py",
    "stream/notify/steps.py",
    "stream/notify/words.py",
    "stream/slack/acts.py",
    "stream/slack/answers.py",
    "stream/slack/modals.py",
    "stream/slack/moments.py",
    "stream/slack/payloads.py",
    "stream/slack/presses.py",
)
EFFECTS_ALLOWED = ("alerting/sinks/", "stream/detect/stage.py")


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    """A file's syntax. Python 3.11 fails if the collector finalizes something of another test meanwhile."""
    gc.disable()
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    finally:
        gc.enable()


@cache
def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


def clock_calls(file: Path) -> list[str]:
    """Calls such as ``datetime.now()``."""
    return [
        f"{place(file)}:{node.lineno}"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK
    ]


def pure_files() -> Iterator[Path]:
    for file in FILES:
        if place(file).startswith(PURE) and not place(file).startswith(EFFECTS_ALLOWED):
            yield file


def test_imports_go_one_way_only() -> None:
    """The contract of pyproject.toml holds: stream, alerting, detectors, config, never back."""
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_behind_its_door_only(library: str) -> None:
    """Other files use what stands behind the door."""
    users = {place(file) for file in FILES if library in imported(file)}

    assert users, f"nothing imports {library}: take it out of this table"
    assert {user for user in users if not user.startswith(DOORS[library])} == set()


def test_what_decides_imports_nothing_with_effects() -> None:
    """No clock, environment, network or chance in the files that decide."""
    found = {place(file): sorted(imported(file) & EFFECTS) for file in pure_files()}

    assert {name: modules for name, modules in found.items() if modules} == {}


def test_what_decides_does_not_ask_the_clock() -> None:
    """Time comes in as an argument."""
    assert [call for file in pure_files() for call in clock_calls(file)] == []


@pytest.mark.parametrize("path", [*PURE, *(one for doors in DOORS.values() for one in doors)])
def test_the_tables_name_what_exists(path: str) -> None:
    """A file that was moved is not silently left unchecked."""
    assert (ROOT / path).exists()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_a_package_is_a_package(package: str) -> None:
    """A folder without ``__init__.py`` would be left out by the checks of imports and of types."""
    folders = {file.parent for file in FILES if place(file).startswith(f"{package}/")}

    assert {place(folder) for folder in folders if not (folder / "__init__.py").exists()} == set()


def test_tests_mirror_the_packages() -> None:
    """A folder of tests is named after the folder that it tests, or is one of those across packages."""
    across = {"contracts", "e2e", "kafka", "scenarios"}
    folders = {file.parent for file in (ROOT / "tests").rglob("test_*.py")}
    mirrored = {folder.relative_to(ROOT / "tests") for folder in folders} - {Path()}

    assert {
        str(folder)
        for folder in mirrored
        if folder.parts[0] not in across and not (ROOT / folder).is_dir()
    } == set()
