"""Dress sites in brands, and keep what staff choose for a story's card.

Revision: 0003, after: 0002
"""

import sqlalchemy as sa
from alembic import op


revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "brand",
        sa.Column("site", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("site", name=op.f("pk_brand")),
    )
    op.add_column("story", sa.Column("card_choice", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    op.drop_column("story", "card_choice")
    op.drop_table("brand")
