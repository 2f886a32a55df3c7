"""Seals what goes to the Temporal server: payloads and, with them, failures.

AES-256-GCM with a random nonce. The key's id travels in the payload's metadata, so that keys rotate: the
first key of the ring seals, any of them opens. What was never sealed passes through on the way back.
"""

import os
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.converter import PayloadCodec

from runcoach.settings import KeyRing

ENCODING = b"binary/encrypted"
_NONCE_BYTES = 12


class CodecError(ValueError):
    """A payload that this key ring cannot open."""


class SealingCodec(PayloadCodec):
    """One key ring's codec."""

    def __init__(self, ring: KeyRing) -> None:
        self._current_id = ring.current_id
        self._ciphers = {key_id: AESGCM(key) for key_id, key in ring.keys.items()}

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.seal(payload) for payload in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self.open(payload) for payload in payloads]

    def seal(self, payload: Payload) -> Payload:
        """The payload as the server may see it."""
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self._current_id.encode()
        sealed = self._ciphers[self._current_id].encrypt(nonce, payload.SerializeToString(), key_id)
        return Payload(metadata={"encoding": ENCODING, "encryption-key-id": key_id}, data=nonce + sealed)

    def open(self, payload: Payload) -> Payload:
        """The payload as it was before `seal`."""
        if payload.metadata.get("encoding") != ENCODING:
            return payload
        key_id = payload.metadata.get("encryption-key-id", b"")
        cipher = self._ciphers.get(key_id.decode(errors="replace"))
        if cipher is None:
            raise CodecError("the payload was sealed with a key that is not on the ring")
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, key_id))
        except InvalidTag as err:
            raise CodecError("the payload was changed, or its key is another one") from err


def decode_payloads(ring: KeyRing, payloads: Iterable[Payload]) -> list[Payload]:
    """What the codec endpoint answers to the owner who looks at Temporal's UI."""
    codec = SealingCodec(ring)
    return [codec.open(payload) for payload in payloads]


def decode_json(ring: KeyRing, body: str | bytes) -> str:
    """The same as the wire of a codec server has it: a JSON `Payloads` message in, one out."""
    from google.protobuf import json_format
    from temporalio.api.common.v1 import Payloads

    sealed = json_format.Parse(body, Payloads())
    return json_format.MessageToJson(Payloads(payloads=decode_payloads(ring, sealed.payloads)))
