"""contract: the country of every order is said; the release before says none"""

from infrastructure.shared.database.columns import exact_text
from infrastructure.shared.migrations.online import let_be_empty, require

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

is_contract = True


def upgrade() -> None:
    require("ordering_orders", "country", exact_text(200))


def downgrade() -> None:
    let_be_empty("ordering_orders", "country", exact_text(200))
