"""How many tokens a text is, for trimming only; bills come from `usage`.

tiktoken downloads its tables without a time-out when they are not there, and deletes a damaged one first.
So the file is looked at here, and without it there is an estimate that errs on the high side.
"""

import base64
import hashlib
from functools import cache
from math import ceil
from pathlib import Path

import tiktoken

O200K_FILE = "fb374d419588a4632f3f557e76b4b70aebbca790"
"""The name under which tiktoken's cache folder has the table of the gpt-5 family."""

_O200K_SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
_O200K_PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
_ASCII_PER_TOKEN, _ASCII_PER_JSON_TOKEN = 3.3, 2.0
_TOKENS_PER_OTHER = 0.75
_SAFETY = 1.3


def count_tokens(text: str, cache_dir: Path | None) -> int:
    """By the table in `cache_dir` where there is a whole one, else estimated."""
    encoding = _encoding(cache_dir) if cache_dir is not None else None
    return estimate_tokens(text) if encoding is None else len(encoding.encode(text, disallowed_special=()))


def estimate_tokens(text: str) -> int:
    """ASCII by 3.3 (in JSON by 2), other scripts 0.75 each, a third on top. 0 for nothing."""
    if not text:
        return 0
    ascii_count = sum(1 for char in text if char.isascii())
    if text.lstrip().startswith(("{", "[")):
        return ceil(ascii_count / _ASCII_PER_JSON_TOKEN + (len(text) - ascii_count) * _TOKENS_PER_OTHER)
    whole = ascii_count / _ASCII_PER_TOKEN + (len(text) - ascii_count) * _TOKENS_PER_OTHER
    return ceil(whole * _SAFETY)


@cache
def _encoding(cache_dir: Path) -> tiktoken.Encoding | None:
    try:
        data = (cache_dir / O200K_FILE).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data).hexdigest() != _O200K_SHA256:
        return None
    return build_encoding(data)


def build_encoding(table: bytes) -> tiktoken.Encoding:
    """From lines of "base64 rank"."""
    pairs = (line.split() for line in table.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    return tiktoken.Encoding("o200k_base", pat_str=_O200K_PATTERN, mergeable_ranks=ranks, special_tokens={})
