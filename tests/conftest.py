"""What every test may ask for by name, and what may not be missing in CI."""

from tests.engines import a_user, clock, data_dir, database, keyring, postgres, store
from tests.require_all import pytest_make_collect_report, pytest_runtest_makereport

pytest_plugins = ("pytester",)

__all__ = [
    "a_user",
    "clock",
    "data_dir",
    "database",
    "keyring",
    "postgres",
    "pytest_make_collect_report",
    "pytest_runtest_makereport",
    "store",
]
