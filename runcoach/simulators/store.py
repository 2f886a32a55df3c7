"""Where the simulated services keep what they accepted: JSON documents and the ledger, in one SQLite file."""

import json
import sqlite3
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists documents (
  bucket text not null, key text not null, body text not null, primary key (bucket, key));
create table if not exists ledger (
  seq integer primary key autoincrement, service text not null, account text not null,
  effect text not null, key text not null, body text not null, at text not null);
"""


class Store:
    """Documents by bucket and key. In memory without a folder, else a file that a restart reads again."""

    def __init__(self, data_dir: Path | None = None) -> None:
        if data_dir is not None:
            data_dir.mkdir(parents=True, exist_ok=True)
        path = str(data_dir / "simulators.sqlite3") if data_dir else ":memory:"
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode=wal")
        self._db.execute("pragma synchronous=normal")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        self._db.close()

    def put(self, bucket: str, key: str, body: Any) -> None:
        """Write the document, replacing an older one."""
        row = (bucket, key, json.dumps(body, ensure_ascii=False))
        self._db.execute("insert or replace into documents values (?, ?, ?)", row)

    def get(self, bucket: str, key: str) -> Any | None:
        row = self._db.execute(
            "select body from documents where bucket=? and key=?", (bucket, key)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def all(self, bucket: str) -> dict[str, Any]:
        """Every document of the bucket by key, in the order they were first written."""
        rows = self._db.execute("select key, body from documents where bucket=? order by rowid", (bucket,))
        return {key: json.loads(body) for key, body in rows}

    def delete(self, bucket: str, key: str) -> bool:
        done = self._db.execute("delete from documents where bucket=? and key=?", (bucket, key))
        return done.rowcount > 0

    def next_id(self, name: str, first: int) -> int:
        """A number that is never given twice, not even after its document was deleted."""
        last = self.get("counters", name)
        number = first if last is None else int(last) + 1
        self.put("counters", name, number)
        return number

    def append(self, row: tuple[str, str, str, str, str, str]) -> int:
        """Append a ledger line and return its sequence number."""
        columns = "service, account, effect, key, body, at"
        done = self._db.execute(f"insert into ledger ({columns}) values (?, ?, ?, ?, ?, ?)", row)  # noqa: S608
        return int(done.lastrowid or 0)

    def ledger_rows(self, after: int) -> list[tuple[int, str, str, str, str, str, str]]:
        """Every ledger line after a sequence number."""
        return self._db.execute("select * from ledger where seq > ? order by seq", (after,)).fetchall()

    def clear_ledger(self) -> None:
        """Start the ledger afresh, between tests."""
        self._db.execute("delete from ledger")

    def wipe(self) -> None:
        """Forget every document; the ledger stays."""
        self._db.execute("delete from documents")
