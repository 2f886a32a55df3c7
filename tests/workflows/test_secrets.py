"""Planted secrets: in no history, sealed or opened, no log, no workflow id, not in the server's own file."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.client import Client

from runcoach.domain.connection import ConnectionState, Provider
from runcoach.embedded.temporal import EmbeddedTemporal
from runcoach.settings import KeyRing
from runcoach.temporal.codec import CodecError, SealingCodec, decode_payloads
from tests.engines import MakeUser
from tests.rigs.conversations import ask, until_over
from tests.rigs.durable import Rig
from workflows.connect_garmin import ConnectGarmin
from workflows.contracts import ConnectGarminInput, MfaCode
from workflows.names import CORE_QUEUE, connect_garmin_id

PASSWORD, CODE, QUESTION = "canary-password-7Q", "918273", "canary-question-5Z"


def payloads(message: object) -> list[Payload]:
    """Every payload in a message, wherever it stands."""
    if isinstance(message, Payload):
        return [message]
    if not isinstance(message, Message):
        return []
    found: list[Payload] = []
    for _, value in message.ListFields():
        is_map = hasattr(value, "values") and not isinstance(value, Message)
        parts: list[Any] = list(value.values()) if is_map else []
        parts = parts or (list(value) if _is_many(value) else [value])
        for part in parts:
            found += payloads(part)
    return found


def _is_many(value: object) -> bool:
    return hasattr(value, "__iter__") and not isinstance(value, str | bytes | Message)


async def whole_history(client: Client, keyring: KeyRing) -> bytes:
    """Everything that the server knows of every run, as it lies there and opened."""
    found = []
    async for run in client.list_workflows():
        handle = client.get_workflow_handle(run.id, run_id=run.run_id)
        for event in (await handle.fetch_history()).events:
            found += [event.SerializeToString(), run.id.encode()]
            found += [p.data for p in decode_payloads(keyring, payloads(event))]
    return b"\n".join(found)


@pytest.mark.engines
async def test_no_secret_reaches_history_log_or_the_servers_file(
    rig: Rig,
    a_user: MakeUser,
    keyring: KeyRing,
    temporal: EmbeddedTemporal,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    user = await a_user()
    account = rig.world.account(password=PASSWORD, mfa=True, mfa_code=CODE)
    await rig.give_login(user.id, account["email"], PASSWORD)
    given = ConnectGarminInput(user.id, then_backfill=False)
    handle = await rig.client.start_workflow(
        ConnectGarmin.run, given, id=connect_garmin_id(user.id), task_queue=CORE_QUEUE
    )
    async with asyncio.timeout(20):
        while True:
            async with rig.store.begin(user.id) as work:
                if (await work.connections.get(Provider.GARMIN)).state is ConnectionState.MFA_REQUIRED:
                    break
            await asyncio.sleep(0.1)
    await rig.give_code(user.id, CODE)
    await handle.execute_update(ConnectGarmin.submit_mfa, MfaCode())
    await handle.result()
    async with rig.store.begin(user.id) as work:
        tokens = await work.vault.open("garmin_tokens")
    assert tokens is not None
    chat_id = await ask(rig, user.id, f"How is my fitness, {QUESTION}?", "en")
    await until_over(rig, user.id, chat_id)

    secrets = [PASSWORD.encode(), QUESTION.encode(), account["email"].encode(), *_tokens(tokens)]
    seen = await whole_history(rig.client, keyring)
    assert chat_id.hex.encode() in seen.replace(b"-", b""), "the histories were really opened"
    assert [secret for secret in secrets if secret in seen] == []
    assert [secret for secret in secrets if secret.decode() in caplog.text] == []
    stored = b"".join(path.read_bytes() for path in _files_of(temporal))
    assert b"ConnectGarmin" in stored, "the server's file was really read"
    assert [secret for secret in secrets if secret in stored] == []


def _tokens(sealed: bytes) -> list[bytes]:
    """The long strings in the session: the tokens themselves."""
    import json
    import re

    text = json.dumps(json.loads(sealed))
    return [part.encode() for part in re.findall(r"[A-Za-z0-9_.-]{24,}", text)]


def _files_of(temporal: EmbeddedTemporal) -> list[Path]:
    folder = temporal.process.log.parent.parent
    return [
        Path(root) / name for root, _, names in os.walk(folder) for name in names if "temporal.db" in name
    ]


def test_sealed_payload_opens_with_its_key_only() -> None:
    one, two = KeyRing("a", {"a": b"1" * 32}), KeyRing("b", {"b": b"2" * 32})
    both = KeyRing("b", {"b": b"2" * 32, "a": b"1" * 32})
    plain = Payload(metadata={"encoding": b"json/plain"}, data=b'"hello"')
    sealed = SealingCodec(one).seal(plain)
    assert b"hello" not in sealed.SerializeToString()
    assert SealingCodec(both).open(sealed) == plain, "an older key of the ring opens"
    assert SealingCodec(one).open(plain) == plain, "what was never sealed passes"
    with pytest.raises(CodecError):
        SealingCodec(two).open(sealed)
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(CodecError):
        SealingCodec(one).open(sealed)
