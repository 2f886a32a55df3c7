"""How values travel: pydantic JSON, sealed, failures too. One converter for client, worker and replay."""

from dataclasses import replace

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter, DefaultFailureConverterWithEncodedAttributes

from runcoach.settings import KeyRing
from runcoach.temporal.codec import SealingCodec


def data_converter(ring: KeyRing) -> DataConverter:
    """The converter of everything that talks to the Temporal server."""
    return replace(
        pydantic_data_converter,
        payload_codec=SealingCodec(ring),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
