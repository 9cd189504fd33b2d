"""What is wrong with a folder of files is named by file and line, all of it, before anything is put."""

from pathlib import Path
from shutil import copytree

import pytest

from app.importer.sheets import LONGEST_CELL, MOST_BYTES
from app.importer.shop import Shop, UnfitShop, read_shop
from domain.contracts.pricing import TaxRate
from domain.shared.values import Money

DEMO = Path(__file__).parents[2] / "demo" / "flower_shop"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo shop, to be changed."""
    return Path(copytree(DEMO, tmp_path / "shop"))


def mistakes_in(folder: Path) -> list[str]:
    with pytest.raises(UnfitShop) as unfit:
        read_shop(folder)
    return unfit.value.mistakes


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


def append(file: Path, line: str) -> None:
    with file.open("a") as opened:
        opened.write(line + "\n")


def test_the_demo_shop_is_fit() -> None:
    shop = read_shop(DEMO)

    roses = shop.products[0]
    assert (roses.product_id, roses.variants[0].sku) == ("bouquet_roses", "bouquet_roses")
    assert roses.variants[0].prices == (Money(3500, "USD"),)
    assert [len(customer.addresses) for customer in shop.customers] == [2, 1, 0]
    assert (shop.customers[0].first_name, shop.customers[0].last_name) == ("John", "Doe")
    assert shop.promotions[1].eligible_skus == ("bouquet_roses",)
    assert (len(shop.counts), len(shop.rates), len(shop.discounts)) == (6, 3, 3)
    assert shop.instruments == 3


@pytest.mark.parametrize(
    ("file", "old", "new", "mistake"),
    [
        ("products.csv", ",3500,", ",12.50,", '2: price: not a whole number of minor units: "12.50"'),
        ("products.csv", ",3500,", ",-5,", '2: price: is negative: "-5"'),
        ("products.csv", ",3500,", ",,", '2: price: not a whole number of minor units: ""'),
        ("products.csv", ",3500,", ",\u0663,", '2: price: not a whole number of minor units: "\u0663"'),
        ("products.csv", "pot_ceramic", "bouquet_roses", "3: id: is on line 2 already"),
        ("products.csv", "Ceramic Pot", "x" * 201, f'3: title: is longer than 200 characters: "{"x" * 60}..."'),
        ("products.csv", "id,title", "id,titel", "1: column title is missing"),
        ("products.csv", "image_url", "image_url,weight", '1: unknown column "weight"'),
        ("products.csv", ",1500,", ",1500,1500,", "3: has 5 cells where there are 4 columns"),
        ("products.csv", "Ceramic Pot", '"Ceramic" Pot', "3: ',' expected after '\"'"),
        ("products.csv", "Ceramic Pot", "Ceramic\0Pot", "3: has a NUL character"),
        ("products.csv", "Ceramic Pot", "y" * (LONGEST_CELL + 1), "3: has a cell of more than 10000 characters"),
        ("products.csv", "https://example.com/pot.jpg", "pot.jpg", '3: image_url: does not begin with http:// or https://: "pot.jpg"'),
        ("inventory.csv", "1000", "1000000000000", '2: quantity: is more than 1000000000 units: "1000000000000"'),
        ("inventory.csv", "1000", "9" * 5000, f'2: quantity: is more than 1000000000 units: "{"9" * 60}..."'),
        ("inventory.csv", "pot_ceramic", "pot_plastic", "3: product_id: there is no product 'pot_plastic'"),
        ("inventory.csv", "pot_ceramic", "bouquet_roses", "3: product_id: is on line 2 already"),
        ("customers.csv", "jane.doe@", "John.Doe@", "4: email: is on line 2 already"),
        ("customers.csv", "jane.doe@example.com", "jane", '4: email: not an e-mail address: "jane"'),
        ("addresses.csv", "customer_2", "customer_9", "4: customer_id: there is no customer 'customer_9'"),
        ("addresses.csv", "66002,US", "66002,USA", '4: country: not a country (two capital letters of ISO 3166): "USA"'),
        ("discounts.csv", "WELCOME20", "10off", "3: code: is on line 2 already"),
        ("discounts.csv", "percentage,10", "percentage,101", '2: value: is more than 100 percent: "101"'),
        ("discounts.csv", "fixed_amount", "gift", '4: type: is not percentage or fixed_amount: "gift"'),
        ("promotions.csv", '["bouquet_roses"]', "bouquet_roses", '3: eligible_item_ids: not a JSON list of item ids: "bouquet_roses"'),
        ("promotions.csv", '["bouquet_roses"]', "[7]", '3: eligible_item_ids: not a JSON list of item ids: "[7]"'),
        ("promotions.csv", '["bouquet_roses"]', '["rose"]', "3: eligible_item_ids: there is no product 'rose'"),
        ("promotions.csv", ",10000,", ",,", "2: min_subtotal: is empty, and so is eligible_item_ids: one is needed"),
        ("shipping_rates.csv", "US,express", "us,express", '3: country_code: not a country (two capital letters of ISO 3166): "us"'),
        ("shipping_rates.csv", ",1500,", ",-1,", '3: price: is negative: "-1"'),
        ("payment_instruments.csv", "success_token", "", '2: token: is empty: ""'),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_file_line_and_column(
    folder: Path, file: str, old: str, new: str, mistake: str
) -> None:
    replace(folder / file, old, new)

    assert f"{file}:{mistake}" in mistakes_in(folder)


def test_every_mistake_is_named_not_only_the_first(folder: Path) -> None:
    replace(folder / "products.csv", ",3500,", ",x,")
    replace(folder / "products.csv", ",1500,", ",y,")
    replace(folder / "customers.csv", "jane.doe@example.com", "jane")
    (folder / "discounts.csv").unlink()

    assert len(mistakes_in(folder)) == 4
    assert "discounts.csv: is missing" in mistakes_in(folder)


def test_what_is_not_utf_8_is_named_by_its_line(folder: Path) -> None:
    broken = (folder / "products.csv").read_bytes().replace(b"Ceramic", b"C\xe9ramique")
    (folder / "products.csv").write_bytes(broken)

    assert mistakes_in(folder) == ["products.csv:3: is not UTF-8"]


def test_a_giant_file_is_not_read(folder: Path) -> None:
    with (folder / "products.csv").open("r+b") as giant:
        giant.truncate(MOST_BYTES + 1)

    assert mistakes_in(folder) == [f"products.csv: is larger than {MOST_BYTES} bytes"]


def test_an_empty_file_has_no_columns(folder: Path) -> None:
    (folder / "products.csv").write_text("")

    assert mistakes_in(folder) == ["products.csv: has no line with the names of its columns"]


def test_what_is_no_folder_is_no_shop(tmp_path: Path) -> None:
    assert mistakes_in(tmp_path / "nowhere") == [f"{tmp_path}/nowhere: is no folder"]


def test_spreadsheets_write_files_that_are_read(folder: Path) -> None:
    text = (folder / "products.csv").read_text().replace("\n", "\r\n\r\n")
    (folder / "products.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())

    assert len(read_shop(folder).products) == 6


def test_a_currency_that_nothing_is_sold_in_is_a_mistake(folder: Path) -> None:
    replace(folder / "shipping_rates.csv", "price,title", "price,title,currency")
    replace(folder / "shipping_rates.csv", "Standard Shipping", "Standard Shipping,EUR")
    replace(folder / "shipping_rates.csv", "Express Shipping (US)", "Express,")
    replace(folder / "shipping_rates.csv", "International Express", "Express,usd")

    assert mistakes_in(folder) == [
        'shipping_rates.csv:4: currency: not a currency (three capital letters of ISO 4217): "usd"',
        "shipping_rates.csv:2: currency: nothing is sold in 'EUR'",
        "shipping_rates.csv:4: currency: nothing is sold in 'usd'",
    ]


def test_what_may_be_said_besides_is_understood(folder: Path) -> None:
    (folder / "products.csv").write_text(
        "id,title,price,image_url,needs_delivery,ships_apart\n"
        "tree,A tree,9900,,yes,yes\n"
        "card,A gift card,1000,,no,\n"
    )
    (folder / "inventory.csv").write_text("product_id,quantity\ntree,1\n")
    (folder / "promotions.csv").write_text("id,type,min_subtotal,eligible_item_ids,description\n")
    (folder / "discounts.csv").write_text(
        "code,type,value,description,target,method,is_exclusive,needs_account\n"
        "EACH,fixed_amount,100,One off each,lines,each,,\n"
        "FREIGHT,percentage,50,Half the freight,shipping,,yes,yes\n"
    )
    replace(folder / "shipping_rates.csv", "price,title", "price,title,description,latest_days")
    replace(folder / "shipping_rates.csv", "Standard Shipping", "Standard Shipping,In three days,3")
    replace(folder / "shipping_rates.csv", "Express Shipping (US)", "Express,,")
    replace(folder / "shipping_rates.csv", "International Express", "Express,,")

    shop = read_shop(folder)

    variants = [product.variants[0] for product in shop.products]
    assert [(one.needs_delivery, one.ships_apart) for one in variants] == [
        (True, True),
        (False, False),
    ]
    assert [(one.target, one.method) for one in shop.discounts] == [
        ("lines", "each"),
        ("shipping", "across"),
    ]
    assert [(one.is_exclusive, one.needs_account) for one in shop.discounts] == [
        (False, False),
        (True, True),
    ]
    assert [rate.description for rate in shop.rates] == ["In three days", None, None]
    assert [(rate.earliest_days, rate.latest_days) for rate in shop.rates][:2] == [
        (None, 3),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("cells", "mistake"),
    [
        ("percentage,10,Ten off,lines,each", "method: is for fixed amounts off lines alone"),
        ("fixed_amount,10,Ten off,order,each", "method: is for fixed amounts off lines alone"),
        ("fixed_amount,10,Ten off,tax,", 'target: is not lines or order or shipping: "tax"'),
    ],
)
def test_what_a_discount_cannot_do_is_named(folder: Path, cells: str, mistake: str) -> None:
    (folder / "discounts.csv").write_text(f"code,type,value,description,target,method\nA,{cells}\n")

    (found,) = mistakes_in(folder)

    assert found.startswith(f"discounts.csv:2: {mistake}")


def test_tax_rates_may_be_there(folder: Path) -> None:
    rates = folder / "tax_rates.csv"
    rates.write_text("country,region,basis_points,title,is_included\n")
    append(rates, "US,NY,888,NY sales tax,no")
    append(rates, "DE,,1900,MwSt.,yes")

    shop: Shop = read_shop(folder)

    assert shop.tax_rates == [
        TaxRate(country="US", region="NY", basis_points=888, title="NY sales tax"),
        TaxRate(country="DE", basis_points=1900, title="MwSt.", is_included=True),
    ]


def test_a_tax_rate_is_there_once(folder: Path) -> None:
    rates = folder / "tax_rates.csv"
    rates.write_text("country,basis_points,title\nUS,1,a\nUS,2,b\n")

    assert mistakes_in(folder) == ["tax_rates.csv:3: country: is on line 2 already"]
