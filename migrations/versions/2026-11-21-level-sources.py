"""What each stored level was made from, so that only those are made anew whose past has changed."""

import sqlalchemy as sa
from alembic import op

from runcoach.storage.guards import limit_lock_wait

revision = "20261121_level_sources"
down_revision = "20261121_figure_lookups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.add_column("fitness_profile", sa.Column("made_from", sa.Text(), nullable=True))
    op.add_column("fitness_snapshots", sa.Column("made_from", sa.Text(), nullable=True))


def downgrade() -> None:
    limit_lock_wait()
    op.drop_column("fitness_snapshots", "made_from")
    op.drop_column("fitness_profile", "made_from")
