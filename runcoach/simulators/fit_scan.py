"""Read from an uploaded FIT file what a service keeps of it: when, how long, how far, which sport."""

import struct
from dataclasses import dataclass

from runcoach.simulators.world.crc import crc16

_SESSION = 18
_WANTED = {2: "start", 5: "sport", 7: "elapsed_ms", 8: "timer_ms", 9: "distance_cm", 6: "sub_sport"}


class NotAFitFile(ValueError):
    """The bytes are not a FIT activity."""


@dataclass(frozen=True)
class FitFacts:
    """The session of the file; the start is in FIT seconds."""

    start: int
    elapsed_s: float
    timer_s: float
    distance_m: float
    sport: int


@dataclass(frozen=True)
class _Definition:
    number: int
    big_endian: bool
    fields: tuple[tuple[int, int], ...]  # field number and size
    size: int


def scan(content: bytes) -> FitFacts:
    """The first session of the file; raises when the bytes are damaged or hold none."""
    if len(content) < 14 or content[8:12] != b".FIT" or content[0] not in (12, 14):
        raise NotAFitFile("no FIT header")
    end = content[0] + int.from_bytes(content[4:8], "little")
    if len(content) < end + 2 or crc16(content[: end + 2]) != 0:
        raise NotAFitFile("truncated or damaged")
    try:
        return _session(content, content[0], end)
    except (IndexError, KeyError, struct.error) as error:
        raise NotAFitFile("malformed messages") from error


def _session(content: bytes, at: int, end: int) -> FitFacts:
    definitions: dict[int, _Definition] = {}
    while at < end:
        header = content[at]
        at += 1
        if header & 0x80 == 0 and header & 0x40:
            definitions[header & 0x0F], at = _definition(content, at, has_developer=bool(header & 0x20))
            continue
        local = (header >> 5) & 0x03 if header & 0x80 else header & 0x0F
        definition = definitions[local]
        if definition.number == _SESSION:
            return _facts(definition, content[at : at + definition.size])
        at += definition.size
    raise NotAFitFile("no session in it")


def _definition(content: bytes, at: int, *, has_developer: bool) -> tuple[_Definition, int]:
    big_endian = content[at + 1] == 1
    number = int.from_bytes(content[at + 2 : at + 4], "big" if big_endian else "little")
    count, at = content[at + 4], at + 5
    fields = tuple((content[at + 3 * n], content[at + 3 * n + 1]) for n in range(count))
    at, size = at + 3 * count, sum(size for _, size in fields)
    if has_developer:
        extra = content[at]
        size += sum(content[at + 2 + 3 * n] for n in range(extra))
        at += 1 + 3 * extra
    return _Definition(number, big_endian, fields, size), at


def _facts(definition: _Definition, message: bytes) -> FitFacts:
    found, at = dict.fromkeys(_WANTED.values(), 0), 0
    order: str = "big" if definition.big_endian else "little"
    for number, size in definition.fields:
        raw, at = message[at : at + size], at + size
        if number in _WANTED and raw != b"\xff" * size:
            found[_WANTED[number]] = int.from_bytes(raw, "big" if order == "big" else "little")
    return FitFacts(
        start=found["start"],
        elapsed_s=found["elapsed_ms"] / 1000.0,
        timer_s=found["timer_ms"] / 1000.0,
        distance_m=found["distance_cm"] / 100.0,
        sport=found["sport"],
    )
