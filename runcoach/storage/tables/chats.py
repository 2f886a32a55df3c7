"""Conversations, the stream of a running turn, and what the model cost."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, Uuid, text

from runcoach.storage.tables.base import (
    Json,
    metadata,
    owner_key,
    parent_owner_key,
    row_id,
    same_owner,
    stamps,
    word,
)

# The two counters give messages and events their numbers; taking one locks the conversation.
ai_conversations = Table(
    "ai_conversations",
    metadata,
    owner_key(),
    row_id(),
    word("title"),
    word("language"),
    Column("last_seq", Integer, nullable=False, server_default=text("0")),
    Column("last_offset", Integer, nullable=False, server_default=text("0")),
    *stamps(),
)

ai_messages = Table(
    "ai_messages",
    metadata,
    parent_owner_key(),
    Column("conversation_id", Uuid, primary_key=True),
    Column("seq", Integer, primary_key=True),
    word("role"),
    word("content"),
    Column("tool_calls", Json),
    word("tool_call_id", nullable=True),
    word("tool_name", nullable=True),
    word("turn_id", nullable=True),
    word("key"),
    *stamps(),
    same_owner("conversation_id", "ai_conversations"),
    Index(
        "uq_ai_messages_turn_key",
        "user_id",
        "conversation_id",
        "turn_id",
        "key",
        unique=True,
        postgresql_where=text("turn_id IS NOT NULL"),
    ),
)

turn_events = Table(
    "turn_events",
    metadata,
    parent_owner_key(),
    Column("conversation_id", Uuid, primary_key=True),
    Column("offset", Integer, primary_key=True),
    word("turn_id"),
    word("kind"),
    Column("data", Json, nullable=False),
    *stamps(),
    same_owner("conversation_id", "ai_conversations"),
)

llm_calls = Table(
    "llm_calls",
    metadata,
    owner_key(),
    Column("call_id", Text, primary_key=True),
    Column("day", Date),
    Column("reserved_tokens", Integer, nullable=False, server_default=text("0")),
    Column("input_tokens", Integer),
    Column("output_tokens", Integer),
    word("model", nullable=True),
    Column("answer", Json),
    *stamps(),
)

llm_usage = Table(
    "llm_usage",
    metadata,
    owner_key(),
    Column("day", Date, primary_key=True),
    Column("reserved_tokens", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False, server_default=text("0")),
    Column("output_tokens", Integer, nullable=False, server_default=text("0")),
    Column("calls", Integer, nullable=False, server_default=text("0")),
    *stamps(),
)
