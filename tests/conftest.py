"""What every test may ask for by name, and what may not be missing in CI."""

from tests.engines import a_user, clock, data_dir, database, keyring, postgres, store, temporal

pytest_plugins = ("tests.require_all",)

__all__ = ["a_user", "clock", "data_dir", "database", "keyring", "postgres", "store", "temporal"]
