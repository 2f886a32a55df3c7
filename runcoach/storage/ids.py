"""Row ids in order of time, for rows whose id must be known before they are written."""

import secrets
import threading
import time
from uuid import UUID

_lock = threading.Lock()
_last_tick = 0


def uuid7() -> UUID:
    """An RFC 9562 version 7 id, as Postgres' `uuidv7()`; ids of one process never go backwards.

    48 bits of milliseconds, 12 bits of their fraction, 62 random bits.
    """
    global _last_tick
    with _lock:
        milliseconds, rest_ns = divmod(time.time_ns(), 1_000_000)
        _last_tick = max((milliseconds << 12) | (rest_ns * 4096 // 1_000_000), _last_tick + 1)
        tick = _last_tick
    value = (tick >> 12) << 80 | 0x7 << 76 | (tick & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    return UUID(int=value)
