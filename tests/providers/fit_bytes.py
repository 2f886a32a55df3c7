"""FIT files made by hand, byte for byte."""

import struct

from runcoach.providers.files.fit.crc import crc16


def definition(local: int, number: int, fields: list[tuple[int, int, int]], *, big: bool = False) -> bytes:
    """fields: (number, size, base type)."""
    order = ">" if big else "<"
    head = struct.pack(f"{order}BBBHB", 0x40 | local, 0, int(big), number, len(fields))
    return head + b"".join(bytes(field) for field in fields)


def message(local: int, layout: str, *values: int) -> bytes:
    return bytes([local]) + struct.pack(layout, *values)


def fit_file(body: bytes) -> bytes:
    header = struct.pack("<BBHI4s", 14, 0x20, 2132, len(body), b".FIT")
    whole = header + struct.pack("<H", crc16(header)) + body
    return whole + struct.pack("<H", crc16(whole))
