"""FIT's checksum, a chunk at a time in numpy."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_CHUNK = 256


@cache
def _crc_tables() -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """What byte b at place p of a chunk adds to its checksum, and what a chunk of zeros does to one."""
    table = np.arange(256, dtype=np.uint16)
    for _ in range(8):
        table = np.where(table & 1, (table >> 1) ^ 0xA001, table >> 1).astype(np.uint16)

    def push_zero(crc: NDArray[np.uint16]) -> NDArray[np.uint16]:
        pushed: NDArray[np.uint16] = (crc >> 8) ^ table[crc & 0xFF]
        return pushed

    places = np.empty((_CHUNK, 256), np.uint16)
    places[-1] = table
    for place in range(_CHUNK - 2, -1, -1):
        places[place] = push_zero(places[place + 1])
    advance = np.arange(65536, dtype=np.uint16)
    for _ in range(_CHUNK):
        advance = push_zero(advance)
    return places, advance


def crc16(content: bytes) -> int:
    """FIT's CRC-16 of the bytes, a chunk at a time: it is linear, and zeros in front change nothing."""
    places, advance = _crc_tables()
    padded = np.frombuffer(bytes(-len(content) % _CHUNK) + content, np.uint8).reshape(-1, _CHUNK)
    chunks = np.bitwise_xor.reduce(places[np.arange(_CHUNK), padded], axis=1)
    steps, crc = advance, 0
    for chunk in chunks.tolist():
        crc = int(steps[crc]) ^ chunk
    return crc
