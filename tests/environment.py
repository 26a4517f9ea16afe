"""The environment of programs that tests start: this process's, without what it says of Spendwatch."""

import os


def environment(**more: str) -> dict[str, str]:
    """Variables without those of Spendwatch, with ``more``, and with output that is not coloured."""
    kept = {name: value for name, value in os.environ.items() if "SPENDWATCH_" not in name}
    return {**kept, "NO_COLOR": "1", **more}
