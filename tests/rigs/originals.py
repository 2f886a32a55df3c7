"""Originals on disk, for as long as a test runs."""

import hashlib
from pathlib import Path

from runcoach.domain.errors import NotFound


class FolderOriginals:
    """OriginalStore over a plain folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    async def put(self, data: bytes) -> str:
        sha256 = hashlib.sha256(data).hexdigest()
        (self._folder / sha256).write_bytes(data)
        return sha256

    async def get(self, sha256: str) -> bytes:
        path = self._folder / sha256
        if not path.exists():
            raise NotFound(what="original")
        return path.read_bytes()

    async def delete(self, sha256: str) -> None:
        (self._folder / sha256).unlink(missing_ok=True)
