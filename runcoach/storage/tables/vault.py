"""Secrets, sealed."""

from sqlalchemy import Column, Index, LargeBinary, Table

from runcoach.storage.tables.base import Instant, metadata, owner_key, row_id, stamps, word

user_keys = Table(
    "user_keys",
    metadata,
    owner_key(),
    word("master_key_id"),
    Column("wrapped_key", LargeBinary, nullable=False),
    *stamps(),
)

vault_secrets = Table(
    "vault_secrets",
    metadata,
    owner_key(),
    row_id(),
    word("kind"),
    Column("ciphertext", LargeBinary, nullable=False),
    Column("expires_at", Instant),
    *stamps(),
    Index("ix_vault_secrets_user_id_kind_id", "user_id", "kind", "id"),
)
