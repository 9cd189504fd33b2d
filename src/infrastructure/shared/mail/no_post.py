from domain.shared.post import Letter, NotSent


class NoPost:
    """Nobody carries letters: they wait until a setting says who does."""

    is_open = False

    async def send(self, letter: Letter) -> None:  # noqa: ARG002  # it goes nowhere
        raise NotSent("FREESTONE_MAIL_URL is not set")
