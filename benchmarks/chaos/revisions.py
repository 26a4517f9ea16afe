"""Older revisions of the product, checked out beside the present one, for rolling restarts."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PRESENT: Final = Path(__file__).parents[2]
_STATE: Final = ("stream/detect", "stream/notify", "stream/digest", "detectors", "alerting")
_REFUSED: Final = ("stream/detect/records.py", "stream/ingest/batch.py")  # when of another version
_FORM: Final = r"^_?[A-Z_]*VERSION\b.*= "
_COMMIT: Final = re.compile(r"[0-9a-f]{40}:")


class RevisionError(Exception):
    """There is no such revision, or no history at all; the text says what to do."""


@contextmanager
def checked_out(revision: str, folder: Path) -> Iterator[Path]:
    """A working tree of a revision, gone at the end.

    Raises:
        RevisionError: if git does not know the revision.
    """
    _git("worktree", "add", "--detach", str(folder), revision)
    try:
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def older_form() -> str:
    """The newest commit whose state has another form than the present tree's; HEAD if there is none.

    State and messages of commits before are not looked for where the present tree refuses them: there is no rolling
    from them.
    """
    present, needed = (_forms(_git("grep", "-E", _FORM, "--", *at)) for at in (_STATE, _REFUSED))
    commits = _git("log", "--format=%H").split()
    for commit in commits:
        if _forms(_git("grep", "-E", _FORM, commit, "--", *_REFUSED)) != needed:
            break
        if _forms(_git("grep", "-E", _FORM, commit, "--", *_STATE)) != present:
            return commit
    return commits[0]


def _forms(found: str) -> list[str]:
    return sorted(_COMMIT.sub("", line) for line in found.splitlines())


def _git(*arguments: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(PRESENT), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode > 1 or (done.returncode and arguments[0] != "grep"):  # 1: grep finds nothing
        raise RevisionError(
            f"git {arguments[0]}: {done.stderr.strip()}; a rolling restart needs a checkout with its history: "
            "name a revision of it with --from-revision"
        )
    return done.stdout
