"""What somebody came for who has to sign in first: a client's request, if it is one."""

from dataclasses import dataclass

from app.oauth.authorize import Asked, Authorization, Redirected, Unredirectable
from app.pages.account import way_back


@dataclass(frozen=True)
class Errands:
    authorization: Authorization

    async def of(self, back: str) -> Asked | None:
        """None where nothing waits, or where what waits will be told off when it is asked again."""
        if not (query := way_back.errand(back)):
            return None
        try:
            return await self.authorization.asked(query)
        except (Redirected, Unredirectable):
            return None
