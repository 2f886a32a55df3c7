"""Look-ups that several modules share."""

from collections.abc import Mapping, Sequence


def by_name[T](table: Mapping[str, T], name: str) -> T:
    """The entry of a closed list of names; ValueError names an unknown one."""
    if name not in table:
        raise ValueError(f"unknown name: {name}")
    return table[name]


def upper_band[T](bands: Sequence[tuple[float, T]], value: float, beyond: T) -> T:
    """The word of the first band whose upper bound (inclusive) is not exceeded; `beyond` above all."""
    for upper, word in bands:
        if value <= upper:
            return word
    return beyond
