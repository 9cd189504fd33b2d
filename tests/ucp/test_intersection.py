"""What two sides can do together: the algorithm of UCP section 4."""

import pytest

from app.ucp.platforms.instruments import common
from app.ucp.platforms.intersection import intersection
from app.ucp.platforms.profile import Bounds, Capabilities, Capability, Requires
from app.ucp.presentation import Instrument, Presentation

OLD, MID, NEW = "2026-01-11", "2026-02-01", "2026-04-08"
OURS: Capabilities = {
    "shop.checkout": (Capability(OLD), Capability(NEW)),
    "shop.cart": (Capability(NEW),),
    "shop.discount": (Capability(NEW, ("shop.cart", "shop.checkout")),),
    "shop.gift": (Capability(NEW, ("shop.discount",)),),
}


def both(**theirs: str) -> dict[str, str]:
    """What is left with a side that has these versions, with spaces between."""
    versions = {f"shop.{name}": frozenset(told.split()) for name, told in theirs.items()}
    return intersection(OURS, versions, NEW)


@pytest.mark.ucp("NEG-3")
def test_the_highest_version_of_both_is_used_in_whatever_order_they_come() -> None:
    assert both(checkout=f"{NEW} {MID} {OLD}") == {"shop.checkout": NEW}
    assert both(checkout=f"{OLD} {MID}") == {"shop.checkout": OLD}
    assert both(checkout=MID, unknown=NEW) == {}


@pytest.mark.ucp("NEG-4")
def test_one_parent_is_enough_and_without_any_an_extension_is_left_out() -> None:
    assert both(cart=NEW, discount=NEW) == {"shop.cart": NEW, "shop.discount": NEW}
    assert both(discount=NEW, gift=NEW) == {}
    assert both(cart=NEW, gift=NEW) == {"shop.cart": NEW}
    assert set(both(cart=NEW, discount=NEW, gift=NEW)) == {
        "shop.cart",
        "shop.discount",
        "shop.gift",
    }


@pytest.mark.ucp("NAM-5")
@pytest.mark.parametrize(
    ("requires", "is_kept"),
    [
        (Requires(), True),
        (Requires(protocol=Bounds(least=NEW, most=NEW)), True),
        (Requires(protocol=Bounds(most=MID)), False),
        (Requires(capabilities={"shop.checkout": Bounds(least=MID)}), True),
        (Requires(capabilities={"shop.checkout": Bounds(most=MID)}), False),
        (Requires(capabilities={"shop.cart": Bounds(least="2027-01-01")}), True),
    ],
)
def test_an_extension_that_needs_other_versions_is_dropped_with_its_own(
    requires: Requires, *, is_kept: bool
) -> None:
    ours = {
        "shop.checkout": (Capability(NEW),),
        "shop.loyalty": (Capability(NEW, ("shop.checkout",), requires),),
        "shop.points": (Capability(NEW, ("shop.loyalty",)),),
    }
    theirs = dict.fromkeys(ours, frozenset([NEW]))

    found = intersection(ours, theirs, NEW)

    assert set(found) == (set(ours) if is_kept else {"shop.checkout"})


@pytest.mark.ucp("NEG-7", "NEG-8", "NEG-9")
def test_an_answer_names_the_capability_of_the_operation_and_its_extensions() -> None:
    shown = Presentation(
        capabilities=dict.fromkeys(
            [f"dev.ucp.shopping.{n}" for n in ("checkout", "cart", "order", "discount")], NEW
        )
    )

    def names(root: str) -> set[str]:
        return {n.rpartition(".")[2] for n in shown.relevant_to(f"dev.ucp.shopping.{root}")}

    assert names("checkout") == {"checkout", "discount"}
    assert names("cart") == {"cart", "discount"}
    assert names("order") == {"order"}


@pytest.mark.ucp("PAY-3", "PAY-2")
def test_what_can_be_paid_with_is_what_both_sides_take() -> None:
    ours = [Instrument("card", {"brands": ["visa", "amex"], "regions": ["EU"]}), Instrument("bank")]

    def left(*theirs: Instrument) -> tuple[Instrument, ...]:
        return common(ours, theirs)

    assert left() == tuple(ours)
    assert left(Instrument("card")) == (ours[0],)
    assert left(Instrument("card", {"brands": ["diners", "amex", "visa", "jcb"]})) == (ours[0],)
    assert left(Instrument("card", {"brands": ["amex"]}), Instrument("bank", {"kinds": ["a"]})) == (
        Instrument("card", {"brands": ["amex"], "regions": ["EU"]}),
        Instrument("bank", {"kinds": ["a"]}),
    )
    assert left(Instrument("card", {"brands": ["jcb"]})) == ()
