"""The one rule for inputs that are not known: they determine no value, and no value is NaN or infinite."""

from collections.abc import Callable
from functools import wraps

import numpy as np

LARGEST = 1e15
"""No quantity of running is larger. Beyond, and for NaN and infinity, a number counts as unknown."""


def determined[**P, R](function: Callable[P, R]) -> Callable[P, R | None]:
    """The function, answering None wherever its inputs do not determine a value.

    An input that is None, NaN, infinite or beyond 1e15, alone or within a list, is unknown and determines
    nothing; nor does a formula that leaves the range of numbers.
    """

    @wraps(function)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R | None:
        if not all(map(_is_known, args)) or (kwargs and not all(map(_is_known, kwargs.values()))):
            return None
        try:
            value = function(*args, **kwargs)
        except (OverflowError, ZeroDivisionError):
            return None
        return value if _is_known(value) else None

    return answer


def _is_known(value: object) -> bool:
    if isinstance(value, (float, int)):
        return -LARGEST <= value <= LARGEST
    if isinstance(value, (list, tuple)):
        return all(map(_is_known, value))
    if isinstance(value, np.ndarray):
        return bool((np.abs(value) <= LARGEST).all())
    return value is not None
