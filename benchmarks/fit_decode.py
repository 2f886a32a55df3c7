"""How fast FIT files decode, beside fitparse and fitdecode.

    python -m benchmarks.fit_decode [FILE …] [--rounds N]

Decoders take turns file by file (a machine's load then falls on all of them), the shortest of N rounds
counts. Ours is the whole port: samples, laps, sessions and checksum; theirs is all messages read, nothing
made of them.
"""

import argparse
import math
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path

import fitdecode
import fitparse

from benchmarks._report import Result, conclude
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.simulators.world.world import World

FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures" / "fit"
DEFAULT_FILES = (
    "run/sample.fit",
    "run/fenix_outdoor_run_vo2.fit",
    "run/track_cs_544406.fit",
    "run/activity_1378220136.fit",
    "run/running.fit",
    "run/fit-sample.fit",
)


TODAY, SIMULATED = date(2026, 3, 2), 6
"""The simulated athlete, where no real file is at hand."""


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


def files_to_read(asked: list[Path]) -> dict[str, bytes]:
    """Those named, else real ones where they are at hand, else runs of the simulated athlete."""
    paths = asked or [path for name in DEFAULT_FILES if (path := FIXTURES / name).exists()]
    if paths:
        return {path.name: path.read_bytes() for path in paths}
    world = World.build(7, TODAY, activities=SIMULATED)
    return {f"simulated run {number}": world.fit(number) for number in world.activity_ids()}


def main() -> int:
    """1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=15)
    asked = parser.parse_args()
    warnings.simplefilter("ignore", DeprecationWarning)
    heads = ("own ms", "fitdecode", "fitparse", "×fitdecode", "×fitparse")
    print(f"{'file':34} {'kB':>6} {heads[0]:>8} {heads[1]:>10} {heads[2]:>9} {heads[3]:>11} {heads[4]:>10}")
    ratios = [ratios_of(name, data, asked.rounds) for name, data in files_to_read(asked.files).items()]
    by_fitdecode, by_fitparse = (statistics.geometric_mean(column) for column in zip(*ratios, strict=True))
    return conclude(
        [
            Result("FIT decode, times as fast as fitparse", by_fitparse, "x", 50, 100, is_more_better=True),
            Result("FIT decode, times as fast as fitdecode", by_fitdecode, "x", is_more_better=True),
        ]
    )


def ratios_of(name: str, data: bytes, rounds: int) -> tuple[float, float]:
    """How many times as fast as fitdecode and as fitparse; prints the file's line."""
    ms = best_ms(data, rounds)
    ratios = ms["fitdecode"] / ms["own"], ms["fitparse"] / ms["own"]
    print(
        f"{name:34} {len(data) / 1e3:6.0f} {ms['own']:8.2f} {ms['fitdecode']:10.1f} "
        f"{ms['fitparse']:9.1f} {ratios[0]:11.0f} {ratios[1]:10.0f}"
    )
    return ratios


if __name__ == "__main__":
    sys.exit(main())
