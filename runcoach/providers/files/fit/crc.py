"""FIT's CRC-16 in blocks: the CRC is linear, so each block's bytes look up their share at once."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_POLYNOMIAL = 0xA001
_SMALL_FILE_BYTES = 64 * 1024

type _Table = NDArray[np.uint16]


def crc16(data: bytes) -> int:
    """CRC of `data`; 0 for a whole FIT file with its two CRC bytes."""
    size = 64 if len(data) < _SMALL_FILE_BYTES else 256
    head = len(data) % size
    crc = _step(0, data[:head])
    blocks = np.frombuffer(data, np.uint8, offset=head).reshape(-1, size)
    if not len(blocks):
        return crc
    shares = np.zeros(len(blocks), np.uint16)
    for column, table in enumerate(_shares_by_column(size)):
        shares ^= table[blocks[:, column]]
    low, high = _block_shift(size)
    for share in shares.tolist():
        crc = low[crc & 0xFF] ^ high[crc >> 8] ^ share
    return crc


def _step(crc: int, data: bytes) -> int:
    table = _byte_table()
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc


@cache
def _byte_table() -> tuple[int, ...]:
    def entry(value: int) -> int:
        for _ in range(8):
            value = (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)
        return value

    return tuple(entry(byte) for byte in range(256))


@cache
def _shares_by_column(size: int) -> _Table:
    """[column, byte] → CRC of that byte followed by the rest of its block as zeros."""
    table = np.array(_byte_table(), np.uint16)
    rows = np.empty((size, 256), np.uint16)
    rows[-1] = table
    for column in range(size - 2, -1, -1):
        later = rows[column + 1]
        rows[column] = (later >> 8) ^ table[later & 0xFF]
    return rows


@cache
def _block_shift(size: int) -> tuple[list[int], list[int]]:
    """What a CRC becomes after a block of zeros, by its low and by its high byte."""

    def shifted(crc: int) -> int:
        return _step(crc, bytes(size))

    return [shifted(byte) for byte in range(256)], [shifted(byte << 8) for byte in range(256)]
