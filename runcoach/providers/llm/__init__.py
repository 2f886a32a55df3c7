"""Language models over openai 3.52: OpenAI itself and every server that speaks its wire.

client (the SDK, its errors) · wire (tolerant shapes) · mapping (our messages ↔ both surfaces) · chat and
responses (one streamed call each) · tokens (estimates, for trimming) · source (the port).
"""
