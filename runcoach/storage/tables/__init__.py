"""The tables, a module per subject."""

from runcoach.storage.tables import accounts, activities, chats, figures, plans, sync, vault
from runcoach.storage.tables.base import metadata

__all__ = ["accounts", "activities", "chats", "figures", "metadata", "plans", "sync", "vault"]
