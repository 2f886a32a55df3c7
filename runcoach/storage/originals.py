"""Original files on disk, by content hash: what is there is whole, and never changes."""

import asyncio
import hashlib
import os
import re
import secrets
from pathlib import Path

from runcoach.domain.errors import NotFound, UnreadableFile

_SHA256 = re.compile(r"[0-9a-f]{64}")


class DiskOriginals:
    """Files below one folder, in 256 subfolders, readable by nobody else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, data: bytes) -> str:
        """Keeps `data`; its SHA-256 in hex."""
        return await asyncio.to_thread(self._put, data)

    async def get(self, sha256: str) -> bytes:
        """The bytes, hash checked. Raises NotFound, UnreadableFile('changed_on_disk')."""
        return await asyncio.to_thread(self._get, sha256)

    async def delete(self, sha256: str) -> None:
        """Forgets the file; one that is gone is fine."""
        await asyncio.to_thread(self.path_of(sha256).unlink, missing_ok=True)

    def path_of(self, sha256: str) -> Path:
        """Where the file of that hash lies, or would. Raises NotFound on what is no hash."""
        if not _SHA256.fullmatch(sha256):
            raise NotFound(what="original")
        return self._folder / sha256[:2] / sha256

    def _put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path_of(sha256)
        if path.exists() and path.stat().st_size == len(data) and _hash_of(path) == sha256:
            return sha256
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f".{sha256}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        _sync_folder(path.parent)
        return sha256

    def _get(self, sha256: str) -> bytes:
        try:
            data = self.path_of(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(what="original") from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise UnreadableFile("changed_on_disk")
        return data


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    """A rename is on disk once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
