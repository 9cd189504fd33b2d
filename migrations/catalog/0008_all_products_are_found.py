"""contract: every product is found; those that the release before wrote are moved too"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

is_contract = True


def upgrade() -> None:
    """All is done by the `move` before it, once more."""


def downgrade() -> None:
    """Nothing is demanded of anybody."""
