"""What it costs to say what an access token opens: when it is new here, and when it is known."""

from collections.abc import Sequence
from datetime import UTC, datetime
from time import process_time

from app.edge.tokens import Tokens
from app.house import opened
from app.settings import Settings
from bench.figures import Figures
from bench.mints import Mint
from domain.contracts.identity import Identity

NEW, KNOWN = "new token", "known token"
TIMES = 2000


async def verify(mint: Mint, tokens: Sequence[str], figures: Figures) -> None:
    """Each of these tokens once, then one of them again and again. A new one has its signature
    verified, and its grant is asked after in the database; a known one is believed for a while.
    """
    now = datetime.now(UTC)  # time stands still: what is believed stays so
    async with opened(Settings(**mint.settings)) as house:
        known = Tokens(house.contract(Identity), mint.issuer, lambda: now)
        await known.verified(tokens[0], mint.audience)  # keys are fetched once
        for of, asked in ((NEW, tokens[1:]), (KNOWN, [tokens[0]] * TIMES)):
            before = process_time()
            for token in asked:
                await known.verified(token, mint.audience)
            figures.note("verification", (process_time() - before) / len(asked) * 1e6, of)
