"""${message}"""

import pgvector.sqlalchemy
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
${imports if imports else ""}
from runcoach.storage.guards import limit_lock_wait, protect

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    limit_lock_wait()
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    limit_lock_wait()
    ${downgrades if downgrades else "pass"}
