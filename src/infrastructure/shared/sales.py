"""What a shop of seeded orders sold: the same whenever and wherever it is asked for.

Contexts are seeded apart from one another, some perhaps again after a crash. They agree because
each works out all there is to know of a sale from its number alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from uuid import UUID

from domain.contracts.ordering import Buyer, OrderPlaced, PlacedLine
from domain.shared.ids import public
from domain.shared.values import Address, AttemptId, CheckoutId, Money, OrderId, Quantity, Sku

CLIENT, CURRENCY = "seed", "USD"
LAST = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this was sold what is seeded, the lower its number the later."""
EVERY = timedelta(minutes=1)
DELIVERY = 500
STANDARD = "std-ship"
"""What the rate is called by which it was delivered."""
PRODUCTS = 500
TOGETHER = 1000
"""Sales that are written together, and whose buyers are the same few."""
CUSTOMERS_TOGETHER = 250
RETURNED_ONE_IN = 25
CITIES = ("Springfield", "Riverside", "Franklin", "Greenville", "Bristol", "Clinton", "Fairview")
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "June", "Kim")
FAMILIES = ("Ames", "Bell", "Cole", "Diaz", "Egan", "Ford", "Gray", "Hill", "Ito")


@dataclass(frozen=True)
class Product:
    number: int

    @property
    def sku(self) -> Sku:
        return Sku(f"seed-{self.number:03}")

    @property
    def title(self) -> str:
        return f"Pot no. {self.number}"

    @property
    def price(self) -> int:
        return 500 + 37 * self.number


@dataclass(frozen=True)
class Person:
    number: int

    @property
    def customer_id(self) -> str:
        return f"seed-{self.number:08}"

    @property
    def buyer(self) -> Buyer:
        n = self.number
        return Buyer(
            first_name=NAMES[n % len(NAMES)],
            last_name=FAMILIES[n % len(FAMILIES)],
            email=f"buyer-{n:08}@example.com",
        )

    @property
    def address(self) -> Address:
        n = self.number
        return Address(
            first_name=NAMES[n % len(NAMES)],
            last_name=FAMILIES[n % len(FAMILIES)],
            street_address=f"{1 + n % 900} Main St",
            address_locality=CITIES[n % len(CITIES)],
            address_region="IL",
            postal_code=f"{60000 + n % 2999}",
            address_country="US",
        )


@dataclass(frozen=True)
class Sale:
    """An order that was placed, shipped in one parcel, paid, delivered, and sometimes returned."""

    number: int

    @cached_property
    def placed_at(self) -> datetime:
        return LAST - (self.number + 1) * EVERY

    @property
    def shipped_at(self) -> datetime:
        return self.placed_at + timedelta(hours=5)

    @property
    def delivered_at(self) -> datetime:
        return self.placed_at + timedelta(days=3)

    @property
    def back_at(self) -> datetime:
        return self.placed_at + timedelta(days=9)

    @property
    def is_returned(self) -> bool:
        """A unit of its first line came back, of no use any more, and was paid back."""
        return self.number % RETURNED_ONE_IN == 0

    @cached_property
    def order_id(self) -> OrderId:
        return OrderId(self.id_of("order"))

    @cached_property
    def attempt_id(self) -> AttemptId:
        return AttemptId(self.id_of("attempt"))

    @property
    def checkout_id(self) -> CheckoutId:
        return CheckoutId(self.id_of("checkout"))

    @property
    def parcel_id(self) -> str:
        return public("par", self.id_of("parcel", self.shipped_at))

    @property
    def return_id(self) -> UUID:
        return self.id_of("return", self.back_at)

    @property
    def refund_id(self) -> str:
        """The adjustment by which money was promised back for the return."""
        return f"{public('adj', self.order_id)}_{public('ret', self.return_id)}_1"

    @cached_property
    def person(self) -> Person:
        block = self.number // TOGETHER * CUSTOMERS_TOGETHER
        return Person(block + self.number * 7919 % CUSTOMERS_TOGETHER)

    @cached_property
    def goods(self) -> tuple[tuple[Product, int], ...]:
        """Products and how many of each; some sell better than others."""
        n = self.number
        lines = 1 + n * 31 % 7 // 3
        first = (n * 2654435761 % 2**32) ** 2 * PRODUCTS // 2**64
        return tuple(
            (Product((first + 17 * turn) % PRODUCTS), 1 + (n + turn) % 3) for turn in range(lines)
        )

    @property
    def total(self) -> int:
        return DELIVERY + sum(product.price * units for product, units in self.goods)

    def id_of(self, what: str, at: datetime | None = None) -> UUID:
        """An id like any other of that time, and the same each time."""
        chance = int.from_bytes(blake2b(f"{what} {self.number}".encode(), digest_size=9).digest())
        milliseconds = int((at or self.placed_at).timestamp() * 1000)
        random = chance & (2**62 - 1)
        return UUID(int=milliseconds << 80 | 7 << 76 | chance >> 62 << 64 | 2 << 62 | random)

    def placed(self) -> OrderPlaced:
        """What was told of it when it was placed."""
        return OrderPlaced(
            order_id=self.order_id,
            checkout_id=self.checkout_id,
            attempt_id=self.attempt_id,
            client=CLIENT,
            total=Money(self.total, CURRENCY),
            lines=tuple(
                PlacedLine(line_id=f"line_{turn}", sku=product.sku, quantity=Quantity(units))
                for turn, (product, units) in enumerate(self.goods, 1)
            ),
            buyer=self.person.buyer,
            destination=self.person.address,
        )


def assortment() -> list[Product]:
    return [Product(number) for number in range(PRODUCTS)]


def sales(orders: int) -> Iterator[list[Sale]]:
    """So many, the oldest first, in parts that are the same however many are asked for."""
    for part in reversed(range(-(-orders // TOGETHER))):
        last = min((part + 1) * TOGETHER, orders)
        yield [Sale(number) for number in reversed(range(part * TOGETHER, last))]
