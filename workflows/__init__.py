"""Durable decisions. Nothing here reaches I/O, even indirectly; steps in `activities` do."""
