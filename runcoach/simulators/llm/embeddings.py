"""Embeddings without a model: hashed words and letter pairs, so that alike texts lie close."""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

_DIMENSIONS = 1536


def embed(text: str, dimensions: int = _DIMENSIONS) -> NDArray[np.float32]:
    """A unit vector of the text; the same text gives the same vector."""
    vector = np.zeros(dimensions, np.float32)
    lowered = text.lower()
    for part in [*lowered.split(), *(lowered[n : n + 2] for n in range(len(lowered) - 1))]:
        code = zlib.crc32(part.encode())
        vector[code % dimensions] += 1.0 if code & 0x8000_0000 else -1.0
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def embeddings_reply(body: dict[str, Any]) -> dict[str, Any]:
    """The reply of the endpoint, as base64 when that was asked for."""
    given = body.get("input") or ""
    texts = [given] if isinstance(given, str) else [str(text) for text in given]
    dimensions = int(body.get("dimensions") or _DIMENSIONS)
    rows = [embed(text, dimensions) for text in texts]
    as_base64 = body.get("encoding_format") == "base64"
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(row.tobytes()).decode() if as_base64 else row.tolist(),
        }
        for index, row in enumerate(rows)
    ]
    tokens = sum(len(text) // 4 + 1 for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": data, "model": str(body.get("model", "")), "usage": usage}
