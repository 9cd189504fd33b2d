"""The catalog over REST, judged by the schemas of the protocol."""

from typing import Any

import pytest

from domain.contracts.catalog import Disclosure, OptionChoice, SearchProducts, Variant
from domain.contracts.inventory import FindStock
from domain.shared.values import Money, Sku
from tests.catalog.builders import a_full_product, a_product
from tests.ucp.conftest import Shop
from tests.ucp.validation import problems

OPERATIONS = {"search": "search_catalog", "lookup": "lookup_catalog", "product": "get_product"}


def told(shop: Shop, what: str, body: Any) -> dict[str, Any]:
    response = shop.ask("POST", f"/catalog/{what}", body)
    answer: dict[str, Any] = response.json()
    assert (response.status_code, problems(answer, OPERATIONS[what])) == (200, []), answer
    return answer


def refused(shop: Shop, what: str, body: Any) -> str:
    response = shop.ask("POST", f"/catalog/{what}", body)
    assert (response.status_code, problems(response.json(), OPERATIONS[what])) == (400, [])
    return str(response.json()["code"])


def ids(answer: dict[str, Any]) -> list[str]:
    return [product["id"] for product in answer["products"]]


def a_shirt(*, left: tuple[str, ...] = ("red-s", "red-l", "blue-s")) -> Any:
    """Blue and large it was never made, or is no more where it is not `left`."""
    variants = tuple(
        Variant(
            sku=Sku(name),
            title=name,
            prices=(Money(1000 + 100 * number, "USD"), Money(900, "EUR")),
            options=tuple(
                OptionChoice(name=option, label=label)
                for option, label in zip(("Color", "Size"), name.split("-"), strict=True)
            ),
        )
        for number, name in enumerate(left)
    )
    return a_product(product_id="shirt", title="Shirt", variants=variants, categories=("Tops",))


@pytest.fixture(autouse=True)
def goods(shop: Shop) -> None:
    shop.goods.put(a_shirt())
    shop.goods.put(a_product(Variant(sku=Sku("mug"), title="Mug", prices=(Money(500, "USD"),)),
                             product_id="mug", title="Mug"))  # fmt: skip
    shop.goods.put(a_full_product())


@pytest.mark.ucp("CAT-2", "CAT-3", "CAT-6", "CAT-7", "CAT-16", "RST-10")
def test_a_search_tells_whole_products_and_nothing_is_an_answer(shop: Shop) -> None:
    (shirt,) = told(shop, "search", {"query": "shirt"})["products"]

    assert shirt["price_range"]["min"] == {"amount": 1000, "currency": "USD"}
    assert shirt["price_range"]["max"] == {"amount": 1200, "currency": "USD"}
    assert [one["id"] for one in shirt["variants"]] == ["red-s", "red-l", "blue-s"]
    assert shirt["variants"][0]["availability"] == {"available": True, "status": "in_stock"}
    assert shirt["options"][1] == {"name": "Size", "values": [{"label": "s"}, {"label": "l"}]}
    assert shirt["categories"] == [{"value": "Tops", "taxonomy": "merchant"}]
    nothing = told(shop, "search", {"query": "zeppelin"})
    assert (nothing["products"], nothing["pagination"]) == ([], {"has_next_page": False})
    assert "messages" not in nothing


@pytest.mark.ucp("CAT-5", "CAT-9", "CAT-13", "CAT-8")
def test_filters_are_told_in_the_currency_that_prices_are_in(shop: Shop) -> None:
    price = {"min": 1050, "max": 1150}
    (shirt,) = told(shop, "search", {"filters": {"price": price, "categories": ["Tops", "x"]}})[
        "products"
    ]
    euro = told(shop, "search", {"query": "shirt", "context": {"currency": "EUR"}})
    yen = {"query": "shirt", "context": {"currency": "JPY"}, "filters": {"price": {"min": 1}}}
    other = told(shop, "search", yen)

    assert shirt["variants"][0]["id"] == "red-l"
    assert euro["products"][0]["price_range"]["max"] == {"amount": 900, "currency": "EUR"}
    assert ids(other) == ["shirt"]
    assert other["messages"][0]["code"] == "price_filter_ignored"


@pytest.mark.ucp("CAT-11", "CAT-12", "CAT-14", "CAT-15")
def test_pages_go_on_with_a_cursor_that_is_of_one_search(shop: Shop) -> None:
    for number in range(12):
        shop.goods.put(a_product(product_id=f"tea{number:02}"))
    first = told(shop, "search", {"query": "green"})
    end = {"cursor": first["pagination"]["cursor"]}
    second = told(shop, "search", {"query": "green", "pagination": end})

    assert (len(first["products"]), len(second["products"])) == (10, 3)
    assert not set(ids(first)) & set(ids(second))
    for body in (
        {"query": "tea", "pagination": end},
        {"query": "green", "pagination": {"cursor": "USD.no"}},
        {"query": "green", "pagination": {"cursor": "\U0001f339"}},
        {"query": "green", "pagination": {"limit": 0}},
        {},
        {"query": " "},
    ):
        assert refused(shop, "search", body) == "invalid_request"
    told(shop, "search", {"filters": {}, "pagination": {"limit": 100_000}})
    asked = [one for one in shop.goods.asked if isinstance(one, SearchProducts)]
    assert (asked[-1].query, asked[-1].most) == (None, 100_000)


@pytest.mark.ucp("CAT-20", "CAT-21", "CAT-22", "CAT-23", "CAT-25", "RST-11", "CAT-1", "CAT-10")
def test_names_lead_to_variants_and_each_says_what_led_to_it(shop: Shop) -> None:
    wanted = ["shirt", "blue-s", "mug", "blue-s", "no such", "red-s"]

    answer = told(shop, "lookup", {"ids": wanted})

    found = {p["id"]: {v["id"]: v["inputs"] for v in p["variants"]} for p in answer["products"]}
    assert found == {
        "shirt": {
            "red-s": [{"id": "shirt", "match": "featured"}, {"id": "red-s", "match": "exact"}],
            "blue-s": [{"id": "blue-s", "match": "exact"}],
        },
        "mug": {"mug": [{"id": "mug", "match": "exact"}]},
    }
    assert answer["messages"] == [{"type": "info", "code": "not_found", "content": "no such"}]


@pytest.mark.ucp("CAT-24", "CAT-26")
def test_a_batch_has_a_bound_and_filters_that_hold_after_it(shop: Shop) -> None:
    dear = {"ids": ["shirt", "mug"], "filters": {"price": {"min": 1100}}}

    answer = told(shop, "lookup", dear)

    (shirt,) = answer["products"]
    assert [one["id"] for one in shirt["variants"]] == ["red-l"]
    assert "messages" not in answer  # the mug is there, and too cheap
    assert refused(shop, "lookup", {"ids": [str(n) for n in range(101)]}) == "request_too_large"
    assert told(shop, "lookup", {"ids": ["mug"] * 500})["products"][0]["id"] == "mug"
    assert refused(shop, "lookup", {"ids": []}) == "invalid_request"


@pytest.mark.ucp("CAT-30", "CAT-31", "CAT-33", "CAT-35", "RST-12", "CAT-1")
def test_a_product_is_narrowed_by_what_is_chosen(shop: Shop) -> None:
    shop.goods.stock["red-s"] = 0
    plain = told(shop, "product", {"id": "shirt"})["product"]
    chosen = [{"name": "Size", "label": "s"}]
    small = told(shop, "product", {"id": "shirt", "selected": chosen})["product"]

    assert plain["selected"] == [{"name": "Color", "label": "red"}, {"name": "Size", "label": "l"}]
    assert [one["id"] for one in plain["variants"]] == ["red-l"]
    color, size = plain["options"]
    assert color["values"] == [
        {"label": "red", "available": True, "exists": True},
        {"label": "blue", "available": False, "exists": False},
    ]
    assert size["values"][0] == {"label": "s", "available": False, "exists": True}
    assert small["selected"] == chosen
    assert [one["id"] for one in small["variants"]] == ["blue-s", "red-s"]
    assert refused(shop, "product", {"id": "shirt", "selected": chosen * 2}) == "invalid_request"


@pytest.mark.ucp("CAT-32", "CAT-36")
def test_a_variant_is_told_first_and_what_is_unknown_not_at_all(shop: Shop) -> None:
    contrary = [{"name": "Color", "label": "red"}]
    blue = told(shop, "product", {"id": "blue-s", "selected": contrary})["product"]
    nothing = told(shop, "product", {"id": "no such"})

    assert blue["variants"][0]["id"] == "blue-s"
    assert blue["selected"] == [{"name": "Color", "label": "blue"}, {"name": "Size", "label": "s"}]
    (message,) = nothing["messages"]
    assert (message["code"], message["severity"]) == ("not_found", "unrecoverable")


@pytest.mark.ucp("CAT-34")
@pytest.mark.parametrize(
    ("preferences", "kept"),
    [(["Color", "Size"], "Color"), (["Size", "Color"], "Size"), ([], "Color")],
)
def test_what_is_preferred_least_is_given_up_first(
    shop: Shop, preferences: list[str], kept: str
) -> None:
    chosen = [{"name": "Color", "label": "blue"}, {"name": "Size", "label": "l"}]

    body = {"id": "shirt", "selected": chosen, "preferences": preferences}
    product = told(shop, "product", body)["product"]

    assert [one["name"] for one in product["selected"]] == [kept]


@pytest.mark.ucp("MSG-6", "MSG-7", "MSG-8")
def test_what_must_be_shown_beside_a_product_is_told_where_it_applies(shop: Shop) -> None:
    everywhere = Disclosure(code="allergens", text="Nuts.")
    there = Disclosure(code="prop65", text="Lead.", country="US", region="CA")
    nuts = a_product(product_id="nuts", title="Nuts", disclosures=(everywhere, there))
    shop.goods.put(nuts)
    at = {"address_country": "US", "address_region": "NY"}

    (message,) = told(shop, "search", {"query": "nuts", "context": at})["messages"]
    unsaid = told(shop, "product", {"id": "nuts"})["messages"]

    assert message == {
        "type": "warning",
        "code": "allergens",
        "content": "Nuts.",
        "content_type": "plain",
        "presentation": "disclosure",
        "path": "$.products[0]",
    }
    assert [(one["code"], one["path"]) for one in unsaid] == [
        ("allergens", "$.product"),
        ("prop65", "$.product"),
    ]


def test_stock_is_asked_for_once_and_goods_are_shown_without_it(shop: Shop) -> None:
    told(shop, "search", {"filters": {}})
    asked = [one for one in shop.goods.asked if isinstance(one, FindStock)]
    shop.goods.is_stock_away = True
    product = told(shop, "product", {"id": "shirt"})["product"]

    assert len(asked) == 1
    assert "availability" not in product["variants"][0]
