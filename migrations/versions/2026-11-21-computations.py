"""From what each activity's figures were computed; receipts beside values; estimates that were dismissed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from runcoach.storage.guards import limit_lock_wait, protect

revision = "20261121_computations"
down_revision = "20261121_sweep"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.create_table(
        "activity_computations",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("peak_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("best_20_min_hr_bpm", sa.Float(precision=53), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "activity_id"],
            ["activities.user_id", "activities.id"],
            name=op.f("fk_activity_computations_user_id_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "activity_id", name=op.f("pk_activity_computations")),
    )
    protect("activity_computations")
    op.add_column("activity_metrics", sa.Column("inputs", postgresql.JSONB(), nullable=True))
    op.add_column("athlete_zones", sa.Column("dismissed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    limit_lock_wait()
    op.drop_column("athlete_zones", "dismissed_at")
    op.drop_column("activity_metrics", "inputs")
    op.drop_table("activity_computations")
