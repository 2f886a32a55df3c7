"""Figures are found the same way whether or not Postgres has statistics of a history just imported."""

from alembic import op

from runcoach.storage.guards import limit_lock_wait

revision = "20261121_figure_lookups"
down_revision = "20261121_computations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    limit_lock_wait()
    op.drop_index("ix_activity_metrics_by_definition", "activity_metrics")
    op.drop_index("ix_best_efforts_user_id_local_date", "best_efforts")
    op.drop_index("ix_best_efforts_fastest", "best_efforts")
    op.create_index(
        "ix_best_efforts_fastest",
        "best_efforts",
        ["user_id", "distance_m", "duration_s", "local_date", "activity_id"],
        postgresql_include=["start_s"],
    )


def downgrade() -> None:
    limit_lock_wait()
    op.drop_index("ix_best_efforts_fastest", "best_efforts")
    op.create_index(
        "ix_best_efforts_fastest",
        "best_efforts",
        ["user_id", "distance_m", "duration_s"],
        postgresql_include=["local_date"],
    )
    op.create_index("ix_best_efforts_user_id_local_date", "best_efforts", ["user_id", "local_date"])
    op.create_index(
        "ix_activity_metrics_by_definition",
        "activity_metrics",
        ["user_id", "definition_key", "activity_id"],
        postgresql_include=["value"],
    )
