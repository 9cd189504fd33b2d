"""expand: the oldest accounts that nobody has confirmed"""

from alembic import op

from infrastructure.shared.migrations.online import index_online

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_identity_accounts_unconfirmed", "identity_accounts"


def upgrade() -> None:
    index_online(NAME, TABLE, ["is_confirmed", "joined_at"])


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
