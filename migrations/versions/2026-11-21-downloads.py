"""How often an item's download began without coming to an end: a worker that is killed leaves that behind."""

import sqlalchemy as sa
from alembic import op

from runcoach.storage.guards import limit_lock_wait

revision = "20261121_downloads"
down_revision = "20261121_level_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.add_column(
        "sync_items", sa.Column("downloads", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )


def downgrade() -> None:
    limit_lock_wait()
    op.drop_column("sync_items", "downloads")
