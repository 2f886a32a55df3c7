"""FIT files inside a provider's zip (or a gzip), within limits: archives are untrusted input."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from runcoach.domain.errors import UnreadableFile
from runcoach.ports.files import ArchivedFile

MAX_TOTAL_BYTES = 200 * 1024 * 1024
MAX_MEMBER_BYTES = 20 * 1024 * 1024
MAX_ENTRIES = 1_000
MAX_RATIO = 100
_RATIO_FLOOR_BYTES = 1024 * 1024
"""Below it a high ratio is a file of few distinct bytes, not a bomb."""

_CHUNK = 256 * 1024
_NAMES = (".fit", ".fit.gz")
_ZIP, _ZIP_EMPTY, _GZIP = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b"


def is_archive(data: bytes) -> bool:
    """Begins like a zip or a gzip."""
    return data.startswith((_ZIP, _ZIP_EMPTY, _GZIP))


def fit_members(data: bytes) -> list[ArchivedFile]:
    """The FIT files inside. Raises UnreadableFile: zip_bomb, zip_damaged, zip_encrypted, no_fit_in_zip."""
    if data.startswith(_GZIP):
        return [ArchivedFile("", _gunzip(data))]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found = list(_read_members(archive))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as damage:
        raise UnreadableFile("zip_damaged") from damage
    if not found:
        raise UnreadableFile("no_fit_in_zip")
    return found


def _read_members(archive: zipfile.ZipFile) -> Iterator[ArchivedFile]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise UnreadableFile("zip_bomb", entries=len(entries))
    total = 0
    for entry in entries:
        if entry.is_dir() or not entry.filename.lower().endswith(_NAMES):
            continue
        if entry.flag_bits & 0x1:
            raise UnreadableFile("zip_encrypted")
        member = _read_member(archive, entry, MAX_TOTAL_BYTES - total)
        total += len(member.data)
        yield member


def _read_member(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> ArchivedFile:
    """One that is too large or damaged is named; the rest of the archive goes on. Raises on a bomb."""
    try:
        with archive.open(entry) as member:
            content = _read_limited(member, entry.compress_size, left)
        if content.startswith(_GZIP):  # Strava's exports
            content = _gunzip(content)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        return ArchivedFile(entry.filename, b"", "zip_damaged")
    except UnreadableFile as refusal:
        if refusal.reason == "zip_bomb":
            raise
        return ArchivedFile(entry.filename, b"", refusal.reason)
    return ArchivedFile(entry.filename, content)


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as member:
            return _read_limited(member, len(data), MAX_TOTAL_BYTES)
    except (gzip.BadGzipFile, zlib.error, EOFError) as damage:
        raise UnreadableFile("zip_damaged") from damage


def _read_limited(member: IO[bytes] | gzip.GzipFile, packed: int, left: int) -> bytes:
    """Reads by chunks and stops at the first limit: the sizes that the archive declares are not trusted."""
    chunks, size = [], 0
    ratio_limit = max(packed * MAX_RATIO, _RATIO_FLOOR_BYTES)
    while chunk := member.read(_CHUNK):
        size += len(chunk)
        if size > left or size > ratio_limit:
            raise UnreadableFile("zip_bomb")
        if size > MAX_MEMBER_BYTES:
            raise UnreadableFile("too_large", limit_mb=MAX_MEMBER_BYTES // 2**20)
        chunks.append(chunk)
    return b"".join(chunks)
