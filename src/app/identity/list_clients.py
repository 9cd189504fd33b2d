from dataclasses import dataclass

from domain.contracts.identity import ClientPage, ListClients, UnknownPlace
from domain.identity.client_fitness import is_client_id
from domain.identity.ports import Begin
from domain.shared.pages import bounded, cut


@dataclass(frozen=True)
class ListClientsHandler:
    begin: Begin

    async def __call__(self, message: ListClients, /) -> ClientPage:
        if message.after is not None and not is_client_id(message.after):
            raise UnknownPlace(message.after)
        most = bounded(message.most)
        async with self.begin() as book:
            found = await book.clients.page(message.after, most + 1)
        page, has_more = cut(found, most)
        return ClientPage(
            items=tuple(client.kept() for client in page),
            next=page[-1].client_id if has_more else None,
        )
