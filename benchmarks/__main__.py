"""`make bench`: every benchmark in this folder, or those named, each in a process of its own.

Each figure has a line: measured, and the goal and target that somebody set. A missed goal is a failure, a
missed target is not.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    """Run them one after another, so that none disturbs the figures of another."""
    known = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted or known:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent).returncode != 0:
            failed.append(name)
    print(f"goals missed, or no result: {', '.join(failed)}" if failed else "every goal is reached")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
