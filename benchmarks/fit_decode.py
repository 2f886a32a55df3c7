"""How fast FIT files decode, beside fitparse and fitdecode.

    python -m benchmarks.fit_decode [FILE …] [--rounds N]

Decoders take turns file by file (a machine's load then falls on all of them), the shortest of N rounds
counts. Ours is the whole port: samples, laps, sessions and checksum; theirs is all messages read, nothing
made of them.
"""

import argparse
import math
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import fitdecode
import fitparse

from runcoach.providers.files.fit.decoder import FitDecoder

FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures" / "fit"
DEFAULT_FILES = (
    "run/sample.fit",
    "run/fenix_outdoor_run_vo2.fit",
    "run/track_cs_544406.fit",
    "run/activity_1378220136.fit",
    "run/running.fit",
    "run/fit-sample.fit",
)


def with_own(data: bytes) -> int:
    return sum(len(activity.streams.time_s) for activity in FitDecoder().decode(data, "benchmark.fit"))


def with_fitparse(data: bytes) -> int:
    return sum(message.name == "record" for message in fitparse.FitFile(data).get_messages())


def with_fitdecode(data: bytes) -> int:
    with fitdecode.FitReader(data) as frames:
        return sum(frame.name == "record" for frame in frames if isinstance(frame, fitdecode.FitDataMessage))


DECODERS: dict[str, Callable[[bytes], int]] = {
    "own": with_own,
    "fitdecode": with_fitdecode,
    "fitparse": with_fitparse,
}


def best_ms(data: bytes, rounds: int) -> dict[str, float]:
    """Milliseconds per decoder, the shortest of all rounds; slow ones get fewer."""
    best = dict.fromkeys(DECODERS, math.inf)
    for round_number in range(rounds):
        for name, decode in DECODERS.items():
            if name != "own" and round_number >= max(rounds // 5, 1):
                continue
            started = time.perf_counter()
            decode(data)
            best[name] = min(best[name], (time.perf_counter() - started) * 1e3)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    files = asked.files or [path for name in DEFAULT_FILES if (path := FIXTURES / name).exists()]
    if not files:
        parser.error("no files: name some, the shared ones are not here")
    heads = ("own ms", "fitdecode", "fitparse", "×fitdecode", "×fitparse")
    print(f"{'file':34} {'kB':>6} {heads[0]:>8} {heads[1]:>10} {heads[2]:>9} {heads[3]:>11} {heads[4]:>10}")
    ratios: list[tuple[float, float]] = []
    for path in files:
        data = path.read_bytes()
        ms = best_ms(data, asked.rounds)
        ratios.append((ms["fitdecode"] / ms["own"], ms["fitparse"] / ms["own"]))
        print(
            f"{path.name:34} {len(data) / 1e3:6.0f} {ms['own']:8.2f} {ms['fitdecode']:10.1f} "
            f"{ms['fitparse']:9.1f} {ratios[-1][0]:11.0f} {ratios[-1][1]:10.0f}"
        )
    means = [math.exp(sum(math.log(r[i]) for r in ratios) / len(ratios)) for i in (0, 1)]
    print(f"{'geometric mean':34} {'':6} {'':8} {'':10} {'':9} {means[0]:11.0f} {means[1]:10.0f}")


if __name__ == "__main__":
    main()
