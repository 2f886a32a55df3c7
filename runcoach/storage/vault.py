"""Secrets in two envelopes: a secret under its user's data key, the data key under the master key.

Each ciphertext is bound to the place it lies in, so that moving it to another user, row, column or kind makes
it unreadable. Deleting the user's key is deleting all of the user's secrets, in old backups too.
"""

import secrets
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from runcoach.domain.errors import SecretSealed
from runcoach.ports.clock import Clock
from runcoach.settings import KeyRing
from runcoach.storage.ids import uuid7
from runcoach.storage.repositories.repository import Repository
from runcoach.storage.tables.vault import user_keys, vault_secrets

_KEY_BYTES = 32
_NONCE_BYTES = 12


class PgVault(Repository):
    """The secrets of one user."""

    def __init__(
        self, connection: AsyncConnection, user_id: UUID, clock: Clock, keyring: KeyRing | None
    ) -> None:
        super().__init__(connection, user_id, clock)
        self._keyring = keyring

    async def seal(self, kind: str, secret: bytes, *, expires_at: datetime | None = None) -> UUID:
        """Keeps `secret` as the only one of its kind."""
        data_key = await self._data_key() or await self._make_data_key()
        await self.destroy(kind)
        row_id = uuid7()
        ciphertext = encrypt(data_key, secret, self._place(kind, row_id))
        await self._insert(
            vault_secrets, [{"id": row_id, "kind": kind, "ciphertext": ciphertext, "expires_at": expires_at}]
        )
        return row_id

    async def open(self, kind: str) -> bytes | None:
        """The newest unexpired secret of that kind; expired ones are wiped at the same time."""
        await self._wipe_expired()
        newest = (
            select(vault_secrets.c.id, vault_secrets.c.ciphertext)
            .where(self._mine(vault_secrets, kind=kind), self._is_unexpired())
            .order_by(vault_secrets.c.id.desc())
            .limit(1)
        )
        if (row := await self._first(newest)) is None:
            return None
        if (data_key := await self._data_key()) is None:
            raise SecretSealed(kind=kind)
        return decrypt(data_key, row.ciphertext, self._place(kind, row.id))

    async def take(self, kind: str) -> bytes | None:
        """Opens and destroys: of several callers at once one gets it."""
        if (secret := await self.open(kind)) is None:
            return None
        gone = await self._run(delete(vault_secrets).where(self._mine(vault_secrets, kind=kind)))
        return secret if gone else None

    async def destroy(self, kind: str) -> None:
        """Wipes every secret of that kind."""
        await self._run(delete(vault_secrets).where(self._mine(vault_secrets, kind=kind)))

    async def destroy_all(self) -> None:
        """Wipes the user's key and with it every secret, wherever copies of them may lie."""
        await self._run(delete(vault_secrets).where(self._mine(vault_secrets)))
        await self._run(delete(user_keys).where(self._mine(user_keys)))

    async def rewrap(self) -> bool:
        """Puts the user's key under the current master key; whether that was needed."""
        keyring = self._require_keyring()
        row = await self._first(select(user_keys).where(self._mine(user_keys)).with_for_update())
        if row is None or row.master_key_id == keyring.current_id:
            return False
        data_key = self._unwrap(row.master_key_id, row.wrapped_key)
        await self._run(update(user_keys).where(self._mine(user_keys)).values(self._wrap(data_key)))
        return True

    async def _data_key(self) -> bytes | None:
        row = await self._first(select(user_keys).where(self._mine(user_keys)))
        return self._unwrap(row.master_key_id, row.wrapped_key) if row else None

    async def _make_data_key(self) -> bytes:
        """A new key, or the one that another process made at the same moment."""
        values = {"user_id": self._user_id, **self._wrap(secrets.token_bytes(_KEY_BYTES))}
        await self._run(insert(user_keys).values(values).on_conflict_do_nothing())
        data_key = await self._data_key()
        if data_key is None:
            raise SecretSealed(kind="data_key")
        return data_key

    async def _wipe_expired(self) -> None:
        expired = vault_secrets.c.expires_at <= self._clock.now()
        await self._run(delete(vault_secrets).where(self._mine(vault_secrets), expired))

    def _is_unexpired(self) -> ColumnElement[bool]:
        return or_(vault_secrets.c.expires_at.is_(None), vault_secrets.c.expires_at > self._clock.now())

    def _wrap(self, data_key: bytes) -> dict[str, str | bytes]:
        keyring = self._require_keyring()
        wrapped = encrypt(keyring.keys[keyring.current_id], data_key, self._key_place(keyring.current_id))
        return {"master_key_id": keyring.current_id, "wrapped_key": wrapped}

    def _unwrap(self, master_key_id: str, wrapped: bytes) -> bytes:
        master_key = self._require_keyring().keys.get(master_key_id)
        if master_key is None:
            raise SecretSealed(kind="data_key", master_key_id=master_key_id)
        return decrypt(master_key, wrapped, self._key_place(master_key_id))

    def _require_keyring(self) -> KeyRing:
        """Processes that need no secret have no key, and cannot open what they read."""
        if self._keyring is None:
            raise SecretSealed(kind="data_key")
        return self._keyring

    def _place(self, kind: str, row_id: UUID) -> bytes:
        return f"{self._user_id}|vault_secrets|ciphertext|{kind}|{row_id}".encode()

    def _key_place(self, master_key_id: str) -> bytes:
        return f"{self._user_id}|user_keys|wrapped_key|{master_key_id}".encode()


def encrypt(key: bytes, plain: bytes, place: bytes) -> bytes:
    """Nonce and AES-256-GCM ciphertext, bound to `place`."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, place)


def decrypt(key: bytes, sealed: bytes, place: bytes) -> bytes:
    """Inverse of `encrypt`. Raises SecretSealed with another key or in another place."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place)
    except InvalidTag as error:
        raise SecretSealed from error
