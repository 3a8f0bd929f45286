"""Find the notices of one story without reading those of all.

Revision: 0002, after: 0001
"""

from alembic import op


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        op.f("ix_story_event_source_external_id"), "story_event", ["source", "external_id"]
    )
    op.create_index(op.f("ix_story_event_story_id"), "story_event", ["story_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_story_event_story_id"), table_name="story_event")
    op.drop_index(op.f("ix_story_event_source_external_id"), table_name="story_event")
