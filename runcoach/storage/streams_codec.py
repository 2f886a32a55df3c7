"""Samples of one channel as bytes, and back: fixed point, delta, zigzag, byte-shuffle, zstd.

Nothing that a FIT file can say is lost: each channel is kept in steps at least as fine as the file format's
own. A missing sample is NaN in arrays and a cleared bit in the blob.

    version u8 = 1 | flags u8 (low: bytes per delta, 0x80: has a bitmap) | count u32
    | multiplier f32 | divisor f32 | first value i64 | zstd( bitmap? + shuffled deltas )

The step is `multiplier / divisor`; both stand in the blob, so that a change of the table below does not
touch what was written before.
"""

import struct
import threading
from dataclasses import dataclass

import numpy as np
import zstandard
from numpy.typing import NDArray

from runcoach.domain.activity import Channel, Samples

TIME_CHANNEL = "time_s"
NO_SAMPLES: Samples = np.empty(0, np.float64)
_VERSION = 1
_HAS_BITMAP = 0x80
_HEADER = struct.Struct("<BBIffq")
_LEVEL = 3
_LARGEST_STEP_COUNT = 2.0**62


@dataclass(frozen=True)
class Step:
    """The finest difference kept: `multiplier / divisor` units. Both must be exact in 32-bit floats."""

    multiplier: float
    divisor: float


_SEMICIRCLE = Step(180.0, 2.0**31)

STEPS: dict[str, Step] = {
    TIME_CHANNEL: Step(1, 1000),
    Channel.HEART_RATE_BPM: Step(1, 1),
    Channel.SPEED_M_S: Step(1, 1000),
    Channel.DISTANCE_M: Step(1, 100),
    Channel.ALTITUDE_M: Step(1, 100),  # FIT: 0.2 m; GPX and TCX write centimetres
    Channel.CADENCE_SPM: Step(1, 64),  # FIT: rpm + 1/128, doubled
    Channel.POWER_W: Step(1, 1),
    Channel.LATITUDE_DEG: _SEMICIRCLE,
    Channel.LONGITUDE_DEG: _SEMICIRCLE,
    Channel.TEMPERATURE_C: Step(1, 10),
    Channel.GROUND_CONTACT_MS: Step(1, 10),
    Channel.VERTICAL_OSCILLATION_MM: Step(1, 10),
    Channel.VERTICAL_RATIO_PCT: Step(1, 100),
    Channel.STEP_LENGTH_MM: Step(1, 10),
    Channel.RESPIRATION_BRPM: Step(1, 100),
}

_per_thread = threading.local()


def encode(channel: str, values: Samples) -> bytes:
    """Samples of `channel` as a blob. Raises ValueError on infinity or a number out of any range."""
    step = STEPS[channel]
    present = ~np.isnan(values)
    steps = _to_steps(values, present, step)
    first = int(steps[0]) if len(steps) else 0
    deltas = np.diff(steps, prepend=steps[:1])
    shuffled, width = _shuffle(_zigzag(deltas))
    bitmap = b"" if present.all() else np.packbits(present).tobytes()
    flags = width | (_HAS_BITMAP if bitmap else 0)
    header = _HEADER.pack(_VERSION, flags, len(values), step.multiplier, step.divisor, first)
    return header + _compressor().compress(bitmap + shuffled)


def decode(blob: bytes) -> Samples:
    """The samples in a blob. Raises ValueError where it is not one of ours."""
    if len(blob) < _HEADER.size or blob[0] != _VERSION:
        raise ValueError("not a sample blob of a known version")
    _, flags, count, multiplier, divisor, first = _HEADER.unpack_from(blob)
    width, has_bitmap = flags & ~_HAS_BITMAP, bool(flags & _HAS_BITMAP)
    bitmap_size = (count + 7) // 8 if has_bitmap else 0
    body = _decompress(blob[_HEADER.size :], bitmap_size + count * width)
    deltas = _unzigzag(_unshuffle(body[bitmap_size:], count, width))
    values: Samples = (first + np.cumsum(deltas)).astype(np.float64)
    if multiplier != 1.0:
        values *= multiplier
    values /= divisor
    if has_bitmap:
        present = np.unpackbits(np.frombuffer(body, np.uint8, bitmap_size), count=count).astype(bool)
        values[~present] = np.nan
    return values


def _to_steps(values: Samples, present: NDArray[np.bool_], step: Step) -> NDArray[np.int64]:
    """Whole steps; a missing sample repeats the one before it, which costs nothing."""
    scaled = values * (step.divisor / step.multiplier)
    if (
        np.isinf(scaled).any()
        or np.abs(scaled, where=present, out=np.zeros_like(scaled)).max(initial=0.0) >= _LARGEST_STEP_COUNT
    ):
        raise ValueError("a sample is out of range")
    if present.all():
        return np.rint(scaled).astype(np.int64)
    steps = np.rint(np.where(present, scaled, 0.0)).astype(np.int64)
    source = np.maximum.accumulate(np.where(present, np.arange(len(steps)), -1))
    filled: NDArray[np.int64] = np.where(source >= 0, steps[np.maximum(source, 0)], 0)
    return filled


def _zigzag(deltas: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Small numbers of either sign become small numbers."""
    return ((deltas << 1) ^ (deltas >> 63)).view(np.uint64)


def _unzigzag(values: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (values >> np.uint64(1)).view(np.int64) ^ -(values & np.uint64(1)).view(np.int64)


def _shuffle(values: NDArray[np.uint64]) -> tuple[bytes, int]:
    """All lowest bytes, then all second bytes …, in the fewest bytes that hold the largest."""
    largest = int(values.max(initial=0))
    width = next(size for size in (1, 2, 4, 8) if largest < 1 << (8 * size))
    narrow = values.astype(f"<u{width}")
    return narrow.view(np.uint8).reshape(-1, width).T.tobytes(), width


def _unshuffle(body: bytes, count: int, width: int) -> NDArray[np.uint64]:
    columns = np.frombuffer(body, np.uint8).reshape(width, count)
    return np.ascontiguousarray(columns.T).view(f"<u{width}").reshape(count).astype(np.uint64)


def _decompress(data: bytes, size: int) -> bytes:
    try:
        body = _decompressor().decompress(data, max_output_size=size)
    except zstandard.ZstdError as error:
        raise ValueError("a sample blob is damaged") from error
    if len(body) != size:
        raise ValueError("a sample blob has another length than it says")
    return body


def _compressor() -> zstandard.ZstdCompressor:
    """Compressors are costly to make and must not be shared between threads."""
    if not hasattr(_per_thread, "compressor"):
        _per_thread.compressor = zstandard.ZstdCompressor(level=_LEVEL)
    compressor: zstandard.ZstdCompressor = _per_thread.compressor
    return compressor


def _decompressor() -> zstandard.ZstdDecompressor:
    if not hasattr(_per_thread, "decompressor"):
        _per_thread.decompressor = zstandard.ZstdDecompressor()
    decompressor: zstandard.ZstdDecompressor = _per_thread.decompressor
    return decompressor
