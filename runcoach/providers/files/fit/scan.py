"""One pass over the bytes of a FIT file: where each message of each definition lies.

FIT is untrusted input: every read is bounds-checked, and whatever breaks the grammar ends the scan with
what was whole before it.
"""

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field

SIGNATURE = b".FIT"
_HEADER_SIZES = (12, 14)
_MAX_DEFINITIONS = 4096
_MAX_COMPRESSED = 1_000_000
"""Beyond both no device goes; files that do want memory, not attention."""


@dataclass(frozen=True)
class FieldDef:
    """One field as a definition message lays it out; `start` counts from the payload's first byte."""

    number: int
    size: int
    base_type: int
    start: int
    developer_index: int | None = None


@dataclass(frozen=True)
class Definition:
    """The layout of one kind of message, and the payload offsets of all messages that have it."""

    global_number: int
    is_big_endian: bool
    payload_size: int
    fields: tuple[FieldDef, ...]
    offsets: "array[int]" = field(default_factory=lambda: array("q"))


@dataclass(frozen=True)
class Scan:
    """All messages of one FIT file inside `data`; `compressed` pairs payload offsets with 5-bit times."""

    data: bytes
    definitions: tuple[Definition, ...]
    compressed: tuple[tuple[int, int], ...]
    next_start: int
    stop_reason: str | None = None
    crc_span: tuple[int, int] | None = None

    def of(self, global_number: int) -> list[Definition]:
        """Definitions of one kind of message that have messages."""
        return [d for d in self.definitions if d.global_number == global_number and d.offsets]


class BadHeader(ValueError):
    """These bytes do not begin a FIT file."""


def is_fit(data: bytes, start: int = 0) -> bool:
    """The signature is where a FIT file has it."""
    return data[start + 8 : start + 12] == SIGNATURE


def scan_file(data: bytes, start: int = 0) -> Scan:
    """Scans the FIT file that begins at `start`. Raises BadHeader."""
    if len(data) - start < 12 or not is_fit(data, start) or data[start] not in _HEADER_SIZES:
        raise BadHeader
    header_size = data[start]
    declared = int.from_bytes(data[start + 4 : start + 8], "little")
    first = start + header_size
    # A watch that lost power leaves the size at 0 or 0xFFFFFFFF: then all there is belongs to it.
    end = first + declared
    is_short = declared in (0, 0xFFFFFFFF) or end > len(data)
    if is_short:
        end = len(data)
    return _Scanner(data, start, first, end, is_short).run()


class _Scanner:
    def __init__(self, data: bytes, start: int, first: int, end: int, is_short: bool) -> None:
        self._data = data
        self._start = start
        self._first = first
        self._end = end
        self._is_short = is_short
        self._known: dict[bytes, Definition] = {}
        self._sizes = [0] * 16
        self._appends: list[Callable[[int], None]] = [_refuse] * 16
        self._lists: list[array[int]] = [array("q") for _ in range(16)]
        self._compressed: list[tuple[int, int]] = []

    def run(self) -> Scan:
        pos, reason = self._walk()
        if reason is None and pos > self._end:
            # The last message runs over the end: it was counted before its end was known.
            self._drop_last(pos)
            reason = "truncated"
        elif reason is None and self._is_short:
            reason = "truncated"
        whole = reason is None and self._end + 2 <= len(self._data)
        return Scan(
            data=self._data,
            definitions=tuple(self._known.values()),
            compressed=tuple(self._compressed),
            next_start=self._end + 2 if not self._is_short else len(self._data),
            stop_reason=reason,
            crc_span=(self._start, self._end + 2) if whole else None,
        )

    def _walk(self) -> tuple[int, str | None]:
        """The hot loop: one turn per message."""
        data, end, sizes, appends = self._data, self._end, self._sizes, self._appends
        pos = self._first
        while pos < end:
            header = data[pos]
            if header < 0x40:
                local = header & 0x0F
                size = sizes[local]
                if not size:
                    return pos, "damaged"
                appends[local](pos + 1)
                pos += size
            elif header >= 0x80:
                local = (header >> 5) & 0x03
                size = sizes[local]
                if not size:
                    return pos, "damaged"
                appends[local](pos + 1)
                self._compressed.append((pos + 1, header & 0x1F))
                pos += size
                if len(self._compressed) > _MAX_COMPRESSED:
                    return pos, "damaged"
            else:
                after = self._define(pos, header)
                if after is None:
                    return pos, "truncated"
                if len(self._known) > _MAX_DEFINITIONS:
                    return pos, "damaged"
                pos = after
        return pos, None

    def _define(self, pos: int, header: int) -> int | None:
        """Reads a definition message; the position after it, or None where the bytes run out."""
        data, end = self._data, self._end
        if pos + 6 > end:
            return None
        is_big, count = data[pos + 2] == 1, data[pos + 5]
        after: int = pos + 6 + 3 * count
        developer_at = after
        if header & 0x20 and after < end:
            after += 1 + 3 * data[after]
        elif header & 0x20:
            return None
        if after > end:
            return None
        key = data[pos + 1 : after] + bytes([header & 0x20])
        definition = self._known.get(key)
        if definition is None:
            number = int.from_bytes(data[pos + 3 : pos + 5], "big" if is_big else "little")
            definition = self._parse(pos + 6, count, developer_at, after, number, is_big)
            self._known[key] = definition
        local = header & 0x0F
        self._sizes[local] = 1 + definition.payload_size
        self._appends[local] = definition.offsets.append
        self._lists[local] = definition.offsets
        return after

    def _parse(
        self, at: int, count: int, developer_at: int, after: int, number: int, is_big: bool
    ) -> Definition:
        data = self._data
        fields: list[FieldDef] = []
        size = 0
        for i in range(at, at + 3 * count, 3):
            fields.append(FieldDef(data[i], data[i + 1], data[i + 2], size))
            size += data[i + 1]
        for i in range(developer_at + 1, after, 3):
            fields.append(FieldDef(data[i], data[i + 1], 0x0D, size, developer_index=data[i + 2]))
            size += data[i + 1]
        return Definition(number, is_big, size, tuple(fields))

    def _drop_last(self, pos: int) -> None:
        """Takes the message that ends at `pos`, beyond the end, out again."""
        newest = max((offsets for offsets in self._lists if offsets), key=lambda o: o[-1], default=None)
        if newest is None:
            return
        dropped = newest.pop()
        if self._compressed and self._compressed[-1][0] == dropped:
            self._compressed.pop()


def _refuse(_: int) -> None:
    """A data message without a definition; `_walk` stops before it calls this."""
