"""How training time spreads over three zones, and how polarised that is."""

from collections.abc import Sequence
from datetime import date
from math import log10

from runcoach.domain.figures import Figure, Reason
from runcoach.science.definitions import figure, missing
from runcoach.science.known import determined

POLARISED_ABOVE = 2.0
SHORTEST_S = 8 * 3600.0
_SMALLEST_Z2 = 0.01


@determined
def polarization_index(z1: float, z2: float, z3: float) -> float | None:
    """log10(Z1/Z2 · Z3 · 100) of the shares of time; above 2 is polarised.

    Treff 2019, 10.3389/fphys.2019.00707.
    Z3 = 0 gives 0; Z2 = 0 counts as 0.01 taken from Z3. None where Z3 > Z1, where the product vanishes, and
    without any time.
    Meaningful as "polarised" only where Z1 > Z3 > Z2 (`is_polarised`).
    """
    if min(z1, z2, z3) < 0 or z3 > z1 or max(z1, z2, z3) == 0:
        return None
    if z3 == 0:
        return 0.0
    if z2 == 0:
        z2, z3 = _SMALLEST_Z2, z3 - _SMALLEST_Z2
    product = z1 / z2 * z3 * 100
    return log10(product) if product > 0 else None


def is_polarised(z1: float, z2: float, z3: float) -> bool:
    """An index above 2 with Z1 > Z3 > Z2."""
    index = polarization_index(z1, z2, z3)
    return index is not None and index > POLARISED_ABOVE and z1 > z3 > z2


@determined
def shares(seconds: Sequence[float]) -> tuple[float, ...] | None:
    """Shares of the total. None where there is no time."""
    total = sum(seconds)
    return tuple(part / total for part in seconds) if total > 0 else None


def distribution_figures(seconds: Sequence[float], as_of: date | None = None) -> tuple[Figure, Figure]:
    """Low-intensity share and polarisation index of time in three zones; from eight hours on."""
    spread = shares(seconds)
    if spread is None or sum(seconds) < SHORTEST_S:
        reason = Reason.NOT_ENOUGH_HISTORY
        return missing("low_intensity_share", reason, as_of), missing("polarization_index", reason, as_of)
    z1, z2, z3 = spread
    inputs = {"z1": z1, "z2": z2, "z3": z3}
    index = polarization_index(z1, z2, z3)
    return (
        figure("low_intensity_share", z1, Reason.NOT_ENOUGH_HISTORY, as_of, **inputs),
        figure("polarization_index", index, Reason.OUTSIDE_VALID_RANGE, as_of, **inputs),
    )
