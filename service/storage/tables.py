"""Every table, in one place, as SQLAlchemy sees it. Alembic's migrations make them.

Documents that the domain treats as one value (a story's content, a post) are JSON; everything
that a query looks at is a column. All times are UTC.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_Id = String(36)


class Instant(TypeDecorator[datetime]):
    """A UTC instant. SQLite keeps no zone, so it is taken off and put back here."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if dialect.name == "sqlite" else instant.astimezone(UTC)


source = Table(
    "source",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("secrets", LargeBinary, nullable=False),
    Column("created_at", Instant, nullable=False),
)

story_event = Table(
    "story_event",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("dedupe_key", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("stamp", Instant, nullable=False),
    Column("content", JSON(none_as_null=True)),
    Column("received_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("effect", String(16), nullable=False, default=""),
    Column("story_id", _Id),
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", Instant, nullable=False),
    Column("problem", Text, nullable=False, default=""),
    UniqueConstraint("source", "dedupe_key"),
    Index(None, "state", "due_at"),
    Index(None, "source", "external_id"),
    Index(None, "story_id"),
)

story = Table(
    "story",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stamp", Instant, nullable=False),
    Column("content", JSON, nullable=False),
    Column("is_held", Boolean, nullable=False, default=False),
    Column("photo", String(64), nullable=False, default=""),
    Column("photo_url", Text, nullable=False, default=""),
    Column("photo_problem", Text, nullable=False, default=""),
    Column("card_choice", JSON(none_as_null=True)),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("source", "external_id"),
    Index(None, "created_at"),
)

story_version = Table(
    "story_version",
    metadata,
    Column("story_id", _Id, ForeignKey("story.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("event_id", _Id, nullable=False),
    Column("state", String(16), nullable=False),
    Column("stamp", Instant, nullable=False),
    Column("content", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)

channel = Table(
    "channel",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("settings", JSON, nullable=False),
    Column("sealed_secrets", LargeBinary, nullable=False),
    Column("sealed_session", LargeBinary),
    Column("is_paused", Boolean, nullable=False, default=False),
    Column("pause_reason", Text, nullable=False, default=""),
    Column("resumes_at", Instant),
    Column("created_at", Instant, nullable=False),
)

brand = Table(
    "brand",
    metadata,
    Column("site", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("updated_at", Instant, nullable=False),
)

rule = Table(
    "rule",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("channel_id", _Id, ForeignKey("channel.id"), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("sections", JSON, nullable=False),
    Column("tags", JSON, nullable=False),
    Column("languages", JSON, nullable=False),
    Column("position", Integer, nullable=False),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("story_id", _Id, ForeignKey("story.id"), nullable=False),
    Column("channel_id", _Id, ForeignKey("channel.id"), nullable=False),
    Column("op", String(16), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("story_version", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("hold_reason", String(16)),
    Column("post", JSON, nullable=False),
    Column("wanted_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("hinted_at", Instant),
    Column("fence", Integer, nullable=False, default=0),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False, default=0),
    Column("looks", Integer, nullable=False, default=0),
    Column("sent_at", Instant),
    Column("record_key", String(200), nullable=False, default=""),
    Column("progress", JSON, nullable=False),
    Column("remote_id", String(500), nullable=False, default=""),
    Column("remote_url", Text, nullable=False, default=""),
    Column("problem", Text, nullable=False, default=""),
    Column("created_at", Instant, nullable=False),
    Column("changed_at", Instant, nullable=False),
    UniqueConstraint("story_id", "channel_id", "op", "revision"),
    Index(None, "state", "due_at"),
    Index(None, "channel_id", "state"),
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("delivery_id", _Id, ForeignKey("delivery.id"), nullable=False),
    Column("fence", Integer, nullable=False),
    Column("verb", String(16), nullable=False),
    Column("payload", JSON(none_as_null=True)),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    Column("outcome", String(24), nullable=False, default=""),
    Column("note", Text, nullable=False, default=""),
    Index(None, "delivery_id", "started_at"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("holder", String(100), nullable=False),
    Column("until", Instant, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Instant),
    Column("created_at", Instant, nullable=False),
)

staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", _Id, ForeignKey("staff.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
)

api_token = Table(
    "api_token",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(254), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", JSON, nullable=False),
)
