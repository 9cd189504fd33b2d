from dataclasses import dataclass

from domain.contracts.ordering import FindReturn, ReturnDetails
from domain.ordering.goods_return import return_id_of
from domain.ordering.ports import Begin


@dataclass(frozen=True)
class FindReturnHandler:
    begin: Begin

    async def __call__(self, message: FindReturn, /) -> ReturnDetails:
        async with self.begin() as book:
            found = await book.goods_return(return_id_of(message.return_id))
        return found.details()
