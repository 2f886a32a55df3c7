"""Bytes to structured arrays: one gather per definition through a view of overlapping payloads."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from runcoach.providers.files.fit.profile import BASE_TYPES
from runcoach.providers.files.fit.scan import Definition, FieldDef


def gather(data: bytes, definition: Definition, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The payloads of one definition as a structured array; numpy checks the bounds."""
    size = definition.payload_size
    windows: NDArray[Any] = np.ndarray(
        shape=(max(len(data) - size + 1, 0),), dtype=f"V{size}", buffer=data, strides=(1,)
    )
    rows = windows[np.frombuffer(definition.offsets, np.int64)]
    return rows.view(dtype)


def structured_dtype(group: Definition, wanted: list[FieldDef]) -> np.dtype[Any]:
    """Fields f0, f1 … at their places in the payload, arrays as sub-arrays; at least one."""
    order = ">" if group.is_big_endian else "<"
    return np.dtype(
        {
            "names": [f"f{i}" for i in range(len(wanted))],
            "formats": [_format(definition, order) for definition in wanted],
            "offsets": [definition.start for definition in wanted],
            "itemsize": group.payload_size,
        }
    )


def _format(definition: FieldDef, order: str) -> Any:
    known = BASE_TYPES.get(definition.base_type & 0x1F)
    if known is None:
        return f"S{definition.size}"
    items = definition.size // known.size
    code = f"{order}{known.code}"
    return code if items == 1 else (code, (items,))
