"""How well spend is watched, on public data, beside peers in the same run.

python -m benchmarks.quality [--data FOLDER] [--only PART ...]
"""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.quality.parts import PARTS


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public data sets")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="some parts")
    options = parser.parse_args()
    for name in options.only:
        folder, measure = PARTS[name]
        if not (options.data / folder).is_dir():
            sys.stderr.write(
                f"{options.data / folder}: no such folder; name the folder of the data sets as --data\n"
            )
            return 2
        before = time.process_time()
        try:
            print(measure(options.data))
        except OSError as error:
            part = options.data / folder
            sys.stderr.write(f"{part}: {error}; name the folder of the data sets as --data\n")
            return 2
        print(f"{name}: {time.process_time() - before:.0f} s of processor time\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
