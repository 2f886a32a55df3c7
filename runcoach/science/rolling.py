"""Moving windows over evenly spaced samples."""

import numpy as np
from numpy.typing import NDArray

type Array = NDArray[np.float64]


def rolling_mean(samples: Array, window: int) -> Array:
    """Mean of each full window, shape (n − window + 1,); empty where there are fewer samples."""
    if len(samples) < window:
        return np.empty(0, dtype=np.float64)
    sums = np.empty(len(samples) + 1, dtype=np.float64)
    sums[0] = 0.0
    np.cumsum(samples, out=sums[1:])
    return np.asarray((sums[window:] - sums[:-window]) / window)


def smooth(samples: Array, window: int) -> Array:
    """Centred moving mean, the same length; at the edges the windows are as wide as the data allow."""
    count = len(samples)
    if count == 0 or window <= 1:
        return samples
    half = min(window // 2, count - 1)
    sums = np.empty(count + 1, dtype=np.float64)
    sums[0] = 0.0
    np.cumsum(samples, out=sums[1:])
    if count <= 2 * half:
        return _means_around(np.arange(count), half, sums)
    width = 2 * half + 1
    out = np.empty(count, dtype=np.float64)
    out[half : count - half] = (sums[width:] - sums[:-width]) / width
    edges = np.concatenate((np.arange(half), np.arange(count - half, count)))
    out[edges] = _means_around(edges, half, sums)
    return out


def _means_around(places: NDArray[np.int64], half: int, sums: Array) -> Array:
    low, high = np.maximum(places - half, 0), np.minimum(places + half + 1, len(sums) - 1)
    return np.asarray((sums[high] - sums[low]) / (high - low))
