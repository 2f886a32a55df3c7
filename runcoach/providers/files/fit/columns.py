"""From offsets to columns: one gather per definition through a view of overlapping records."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runcoach.providers.files.fit.profile import (
    BASE_TYPES,
    COMPRESSED_SPEED_DISTANCE,
    DEVELOPER_FIELDS,
    RECORD,
    STRING_TYPE,
    TIMESTAMP,
    Field,
)
from runcoach.providers.files.fit.scan import Definition, FieldDef, Scan

type Column = NDArray[np.float64]
type Texts = list[str | None]
type DeveloperFields = Mapping[tuple[int, int], tuple[int, Field]]
"""(developer data index, field number) → base type and the record field that it stands for."""

_TIMESTAMP_NUMBER = 253


@dataclass(frozen=True)
class Table:
    """All messages of one kind in file order: numbers as float64 with NaN for "nothing", texts apart."""

    count: int
    columns: Mapping[str, Column]
    texts: Mapping[str, Texts]

    def column(self, name: str) -> Column | None:
        """The column, or None where no message had the field or all were empty."""
        return self.columns.get(name)

    def rows(self) -> list[dict[str, Any]]:
        """One dict per message, without the fields that hold nothing."""
        rows: list[dict[str, Any]] = [{} for _ in range(self.count)]
        for name, values in self.columns.items():
            for row, value in zip(rows, values.tolist(), strict=True):
                if value == value:
                    row[name] = value
        for name, texts in self.texts.items():
            for row, text in zip(rows, texts, strict=True):
                if text:
                    row[name] = text
        return rows


def read_table(
    scan: Scan, number: int, fields: Mapping[int, Field], developer: DeveloperFields | None = None
) -> Table:
    """All messages of kind `number` with the `fields` that are known of them."""
    groups = scan.of(number)
    count = sum(len(group.offsets) for group in groups)
    offsets = np.empty(count, np.int64)
    columns: dict[str, Column] = {}
    texts: dict[str, Texts] = {}
    stamps = resolve_compressed(scan) if scan.compressed else None
    at = 0
    for group in groups:
        place = slice(at, at + len(group.offsets))
        at = place.stop
        offsets[place] = np.frombuffer(group.offsets, np.int64)
        _fill(scan.data, group, fields, developer or {}, place, count, columns, texts)
        if stamps is not None:
            _fill_stamps(stamps, offsets[place], place, count, columns)
    if len(groups) > 1:
        order = np.argsort(offsets, kind="stable")
        columns = {name: values[order] for name, values in columns.items()}
        texts = {name: [values[i] for i in order.tolist()] for name, values in texts.items()}
    return Table(count, columns, texts)


def gather(data: bytes, definition: Definition, dtype: np.dtype[Any]) -> NDArray[Any]:
    """The payloads of one definition as a structured array; numpy checks the bounds."""
    size = definition.payload_size
    windows: NDArray[Any] = np.ndarray(
        shape=(max(len(data) - size + 1, 0),), dtype=f"V{size}", buffer=data, strides=(1,)
    )
    rows = windows[np.frombuffer(definition.offsets, np.int64)]
    return rows.view(dtype)


def _fill(
    data: bytes,
    group: Definition,
    fields: Mapping[int, Field],
    developer: DeveloperFields,
    place: slice,
    count: int,
    columns: dict[str, Column],
    texts: dict[str, Texts],
) -> None:
    """Writes what one definition holds into `place` of the whole columns."""
    plan = _plan(group, fields, developer)
    packed = _packed_speed_distance(group)
    dtype = structured_dtype(group, [d for d, _ in plan] + ([packed] if packed else []))
    if dtype is None:
        return
    raw = gather(data, group, dtype)
    for i, (definition, field) in enumerate(plan):
        if field.is_text:
            texts.setdefault(field.name, [None] * count)[place] = _decode_texts(raw[f"f{i}"])
            continue
        values = _to_float(raw[f"f{i}"], definition.base_type, field)
        columns.setdefault(field.name, np.full(count, np.nan))[place] = values
    if packed:
        _fill_packed(raw[f"f{len(plan)}"], place, count, columns)


def _plan(
    group: Definition, fields: Mapping[int, Field], developer: DeveloperFields
) -> list[tuple[FieldDef, Field]]:
    """Which fields of this definition are wanted, and how a developer described theirs."""
    plan: list[tuple[FieldDef, Field]] = []
    for definition in group.fields:
        index = definition.developer_index
        if index is None:
            field = fields.get(definition.number)
            if field and _fits(definition, field):
                plan.append((definition, field))
        elif (index, definition.number) in developer:
            base_type, field = developer[index, definition.number]
            described = replace(definition, base_type=base_type)
            if _fits(described, field):
                plan.append((described, field))
    return plan


def _fits(definition: FieldDef, field: Field) -> bool:
    """The definition's size is one that its base type can have (COROS writes others)."""
    base_type = definition.base_type & 0x1F
    if field.is_text:
        return base_type == STRING_TYPE and definition.size > 0
    known = BASE_TYPES.get(base_type)
    return known is not None and definition.size >= known.size and definition.size % known.size == 0


def structured_dtype(group: Definition, wanted: list[FieldDef]) -> np.dtype[Any] | None:
    """Fields f0, f1 … at their places in the payload, arrays as sub-arrays; None where none is wanted."""
    if not wanted or not group.payload_size:
        return None
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


def _to_float(raw: NDArray[Any], base_type: int, field: Field) -> Column:
    """Raw numbers to SI with NaN for the invalid value; of an array the first element."""
    known = BASE_TYPES[base_type & 0x1F]
    if raw.ndim > 1:
        raw = raw[:, 0]
    values = raw.astype(np.float64)
    if known.invalid is None:
        values[~np.isfinite(values)] = np.nan
    else:
        values[raw == known.invalid] = np.nan
    if field.scale != 1:
        values /= field.scale
    if field.offset:
        values -= field.offset
    return values


def _decode_texts(raw: NDArray[Any]) -> Texts:
    return [
        bytes(value).split(b"\0", 1)[0].decode("utf-8", "replace").strip() or None for value in raw.tolist()
    ]


def _fill_gaps(whole: Column, values: Column) -> None:
    gaps = np.isnan(whole)
    whole[gaps] = values[gaps]


def _packed_speed_distance(group: Definition) -> FieldDef | None:
    if group.global_number != RECORD:
        return None
    wanted = (d for d in group.fields if d.number == COMPRESSED_SPEED_DISTANCE and d.developer_index is None)
    return next((d for d in wanted if d.size == 3 and d.base_type & 0x1F == 0x0D), None)


def _fill_packed(raw: NDArray[Any], place: slice, count: int, columns: dict[str, Column]) -> None:
    """12 bits of speed (1/100 m/s) and 12 bits of distance (1/16 m) that roll over at 256 m."""
    b = raw.astype(np.int64)
    valid = ~(b == 0xFF).all(axis=1)
    speed = np.where(valid, (b[:, 0] | (b[:, 1] & 0x0F) << 8) / 100, np.nan)
    ticks = ((b[:, 1] >> 4) | (b[:, 2] << 4))[valid]
    distance = np.full(len(b), np.nan)
    if len(ticks):
        distance[valid] = (ticks[0] + np.concatenate(([0], np.cumsum(np.diff(ticks) % 4096)))) / 16
    for name, values in (("speed", speed), ("distance", distance)):
        _fill_gaps(columns.setdefault(name, np.full(count, np.nan))[place], values)


def resolve_compressed(scan: Scan) -> tuple[NDArray[np.int64], Column]:
    """Payload offsets with a compressed time, and the full time of each.

    Five bits count on from the last full timestamp of any message, rolling over at 32 s.
    """
    events: list[tuple[int, int, bool]] = [(at, bits, True) for at, bits in scan.compressed]
    for definition in scan.definitions:
        stamp = next((f for f in definition.fields if _is_timestamp(f)), None)
        if stamp is None or not definition.offsets:
            continue
        dtype = structured_dtype(definition, [stamp])
        if dtype is None:
            continue
        seconds = gather(scan.data, definition, dtype)["f0"].tolist()
        events += [
            (at, s, False) for at, s in zip(definition.offsets, seconds, strict=True) if s != 0xFFFFFFFF
        ]
    events.sort()
    last: int | None = None
    offsets, times = [], []
    for at, value, is_compressed in events:
        if not is_compressed:
            last = value
            continue
        if last is not None:
            last += (value - last) % 32
        offsets.append(at)
        times.append(np.nan if last is None else last)
    return np.array(offsets, np.int64), np.array(times, np.float64)


def _is_timestamp(field: FieldDef) -> bool:
    return (
        field.number == _TIMESTAMP_NUMBER
        and field.developer_index is None
        and field.size == 4
        and field.base_type & 0x1F == 0x06
    )


def _fill_stamps(
    stamps: tuple[NDArray[np.int64], Column],
    offsets: NDArray[np.int64],
    place: slice,
    count: int,
    columns: dict[str, Column],
) -> None:
    known, times = stamps
    found = np.searchsorted(known, offsets).clip(max=len(known) - 1)
    values = np.where(known[found] == offsets, times[found], np.nan)
    whole = columns.setdefault(TIMESTAMP.name, np.full(count, np.nan))[place]
    whole[:] = np.where(np.isnan(values), whole, values)


def developer_fields(descriptions: Table) -> DeveloperFields:
    """Developer fields that stand for a record field: by their native number, or Stryd's "Power".

    They come under a name of their own ("developer power"), so that two sensors never mix in one column.
    """
    found: dict[tuple[int, int], tuple[int, Field]] = {}
    for row in descriptions.rows():
        if not {"developer_index", "number", "base_type"} <= row.keys():
            continue
        field = _standing_for(row)
        if field is not None:
            key = (int(row["developer_index"]), int(row["number"]))
            found[key] = (int(row["base_type"]) & 0x1F, field)
    return found


def _standing_for(row: Mapping[str, Any]) -> Field | None:
    name = DEVELOPER_FIELDS.get(int(row.get("native_field", -1)))
    if row.get("native_message", RECORD) != RECORD:
        name = None
    if str(row.get("name", "")).casefold() == "power":
        name = "power"
    if name is None:
        return None
    # Values come in the described unit; vertical oscillation mostly in centimetres.
    in_cm = str(row.get("units", "")).casefold() in ("cm", "centimeters")
    to_mm = 10.0 if in_cm and name == "vertical_oscillation" else 1.0
    return Field(f"developer {name}", (row.get("scale") or 1.0) / to_mm, row.get("offset") or 0.0)
