"""Where Kafka comes from without a container: Maven fetches its jars, Java runs them."""

import os
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp

HERE = Path(__file__).parent
POM = HERE / "kafka" / "pom.xml"
CACHE = HERE.parent / ".cache" / "kafka"
OLDEST_JAVA = 17  # of Kafka 4's broker


class NoToolsError(Exception):
    """Maven or Java is missing, or failed; the text says what to do."""


def find_java() -> str | None:
    """A Java that runs Kafka: JAVA_HOME's, or the one on the path; None if there is none."""
    home = os.environ.get("JAVA_HOME")
    for java in (str(Path(home, "bin", "java")) if home else None, shutil.which("java")):
        if java is not None and _java_version(java) >= OLDEST_JAVA:
            return java
    return None


def _java_version(java: str) -> int:
    try:
        said = subprocess.run(
            [java, "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return 0
    version = re.search(r'version "(\d+)', said.stderr)
    return int(version[1]) if version else 0


def jars_folder() -> Path:
    """Where the jars of this pom are, or will be."""
    return CACHE / sha256(POM.read_bytes()).hexdigest()[:12]


def can_be_had() -> bool:
    """Whether Java and the jars are here, or can be installed without asking anyone."""
    here = find_java() is not None and (jars_folder().exists() or shutil.which("mvn") is not None)
    return here or _may_install()


def _may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def fetch() -> tuple[str, Path]:
    """Java, and the folder with Kafka's jars, which is filled if it is missing.

    Raises:
        NoToolsError: if it cannot be had.
    """
    if find_java() is None or not (jars_folder().exists() or shutil.which("mvn")):
        _install_tools()
    java = find_java()
    if java is None:
        raise NoToolsError(
            f"no Java of version {OLDEST_JAVA} or newer: install one, or set JAVA_HOME"
        )
    jars = jars_folder()
    if not jars.exists():
        _copy_dependencies(jars)
    return java, jars


def _install_tools() -> None:
    if not _may_install():
        raise NoToolsError(
            f"Maven or Java is missing: install maven and Java {OLDEST_JAVA} or newer"
        )
    _run(["apt-get", "update", "-qq"])
    _run(
        [
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            "maven",
            "default-jre-headless",
        ]
    )


def _copy_dependencies(jars: Path) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(dir=CACHE))  # moved at the end, so that a folder with the name is complete
    try:
        _run(
            [
                "mvn",
                "-q",
                "-B",
                "-f",
                str(POM),
                "dependency:copy-dependencies",
                f"-DoutputDirectory={fresh}",
            ]
        )
        if not jars.exists():
            fresh.rename(jars)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _run(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise NoToolsError(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")
