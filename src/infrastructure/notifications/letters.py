from domain.notifications.delivery import Delivery
from domain.notifications.ports import NotTaken
from domain.shared.post import Letter, NotSent, Post


class Letters:
    """Hands mails to whoever carries letters here (UCP CHK-9)."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def __call__(self, delivery: Delivery) -> None:
        if not self._post.is_open:
            raise NotTaken("nobody carries mail: FREESTONE_MAIL_URL is not set", is_final=True)
        name = f"{delivery.delivery_id.hex}-{delivery.attempts}"
        try:
            await self._post.send(Letter(name, delivery.target, delivery.title, delivery.body))
        except NotSent as why:
            raise NotTaken(str(why)) from None
