"""Fields that sensors' makers describe themselves, where one stands for a field of the profile."""

from collections.abc import Mapping, Sequence
from typing import Any

from runcoach.providers.files.fit.columns import DeveloperFields
from runcoach.providers.files.fit.profile import DEVELOPER_FIELDS, RECORD, Field


def developer_fields(descriptions: Sequence[Mapping[str, Any]]) -> DeveloperFields:
    """Developer fields that stand for a record field: by their native number, or Stryd's "Power".

    They come under a name of their own ("developer power"), so that two sensors never mix in one column.
    """
    found: dict[tuple[int, int], tuple[int, Field]] = {}
    for row in descriptions:
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
