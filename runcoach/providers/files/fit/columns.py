"""A file's messages as columns: per definition one gather, written into its place of the whole columns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runcoach.providers.files.fit.gather import gather, structured_dtype
from runcoach.providers.files.fit.profile import (
    BASE_TYPES,
    COMPRESSED_SPEED_DISTANCE,
    RECORD,
    STRING_TYPE,
    TIMESTAMP,
    Field,
)
from runcoach.providers.files.fit.scan import Definition, FieldDef, Scan
from runcoach.providers.files.fit.times import CompressedTimes

type Column = NDArray[np.float64]
type Texts = list[str | None]
type DeveloperFields = Mapping[tuple[int, int], tuple[int, Field]]
"""(developer data index, field number) → base type and the field that it is read as."""


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
    scan: Scan,
    number: int,
    fields: Mapping[int, Field],
    *,
    developer: DeveloperFields | None = None,
    times: CompressedTimes | None = None,
) -> Table:
    """All messages of kind `number` with the `fields` that are known of them."""
    groups = scan.of(number)
    builder = _Builder(scan.data, sum(len(group.offsets) for group in groups), times)
    for group in groups:
        builder.add(group, _plan(group, fields, developer or {}))
    return builder.table()


class _Builder:
    """Whole columns that fill up definition by definition."""

    def __init__(self, data: bytes, count: int, times: CompressedTimes | None) -> None:
        self._data = data
        self._count = count
        self._times = times
        self._offsets = np.empty(count, np.int64)
        self._columns: dict[str, Column] = {}
        self._texts: dict[str, Texts] = {}
        self._groups = 0
        self._filled = 0

    def add(self, group: Definition, plan: list[tuple[FieldDef, Field]]) -> None:
        """Takes in the messages of one definition."""
        place = slice(self._filled, self._filled + len(group.offsets))
        self._offsets[place] = np.frombuffer(group.offsets, np.int64)
        self._groups, self._filled = self._groups + 1, place.stop
        packed = _packed_speed_distance(group)
        wanted = [definition for definition, _ in plan] + ([packed] if packed else [])
        if wanted:
            self._fill(gather(self._data, group, structured_dtype(group, wanted)), plan, place)
        if self._times is not None:
            self._prefer(TIMESTAMP.name, place, self._times.at(self._offsets[place]))

    def table(self) -> Table:
        """In file order, whatever definition a message had."""
        if self._groups < 2:
            return Table(self._count, self._columns, self._texts)
        order = np.argsort(self._offsets, kind="stable")
        texts = {name: [values[i] for i in order.tolist()] for name, values in self._texts.items()}
        return Table(self._count, {name: c[order] for name, c in self._columns.items()}, texts)

    def _fill(self, raw: NDArray[Any], plan: list[tuple[FieldDef, Field]], place: slice) -> None:
        for i, (definition, field) in enumerate(plan):
            if field.is_text:
                self._text(field.name)[place] = _decode_texts(raw[f"f{i}"])
            else:
                self._column(field.name)[place] = _to_float(raw[f"f{i}"], definition.base_type, field)
        if len(raw.dtype.names or ()) > len(plan):
            speed, distance = _unpack_speed_distance(raw[f"f{len(plan)}"])
            self._prefer("speed", place, speed)
            self._prefer("distance", place, distance)

    def _column(self, name: str) -> Column:
        if name not in self._columns:
            self._columns[name] = np.full(self._count, np.nan)
        return self._columns[name]

    def _text(self, name: str) -> Texts:
        if name not in self._texts:
            self._texts[name] = [None] * self._count
        return self._texts[name]

    def _prefer(self, name: str, place: slice, values: Column) -> None:
        """`values` where they are, else what is there."""
        whole = self._column(name)[place]
        whole[:] = np.where(np.isnan(values), whole, values)


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


def _packed_speed_distance(group: Definition) -> FieldDef | None:
    if group.global_number != RECORD:
        return None
    wanted = (d for d in group.fields if d.number == COMPRESSED_SPEED_DISTANCE and d.developer_index is None)
    return next((d for d in wanted if d.size == 3 and d.base_type & 0x1F == 0x0D), None)


def _unpack_speed_distance(raw: NDArray[Any]) -> tuple[Column, Column]:
    """12 bits of speed (1/100 m/s) and 12 bits of distance (1/16 m) that roll over at 256 m."""
    b = raw.astype(np.int64)
    valid = ~(b == 0xFF).all(axis=1)
    speed = np.where(valid, (b[:, 0] | (b[:, 1] & 0x0F) << 8) / 100, np.nan)
    ticks = ((b[:, 1] >> 4) | (b[:, 2] << 4))[valid]
    distance = np.full(len(b), np.nan)
    if len(ticks):
        distance[valid] = (ticks[0] + np.concatenate(([0], np.cumsum(np.diff(ticks) % 4096)))) / 16
    return speed, distance
