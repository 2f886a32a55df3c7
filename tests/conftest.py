"""What every test may ask for by name."""

from tests.engines import a_user, clock, data_dir, database, keyring, postgres, store

__all__ = ["a_user", "clock", "data_dir", "database", "keyring", "postgres", "store"]
