"""The words that products are found by, written so that every engine takes them for what they are.

Engines cut text into words each in its own way, and leave out what is short or what some list of
theirs holds. So text is cut here, and a word is written in ASCII letters and digits alone, behind
letters that no such list knows: `Thé` is `qqthe`, `XL` is `qqxl`. What begins a word still does.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from unicodedata import category, combining, normalize

from domain.catalog.product import Product

MOST_OF_PRODUCT, MOST_OF_QUERY = 2000, 16
MOST_SIGNS = 1000
"""Of a query that are looked at: more is no question of anybody's."""
LONGEST = 80  # MariaDB indexes no word that is longer than 84
MARK = "qq"
LITTLE = frozenset(
    f"{MARK}{word}"
    for word in ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to")
)
WITHOUT_SPACES = ((0x3040, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


def words_of(*texts: str) -> Iterator[str]:
    """Without accents, capitals and the endings of English plurals. Where words are written without
    spaces, each sign is one.
    """
    for text in texts:
        word = ""
        for sign in _plain(text):
            if not _is_of_word(sign) or _stands_alone(sign):
                yield from _written(word)
                yield from _written(sign if _stands_alone(sign) else "")
                word = ""
            else:
                word += sign
        yield from _written(word)


def words_of_query(query: str) -> tuple[str, ...]:
    """The first of them, and none twice; little ones count only where there are no others."""
    found = tuple(islice(dict.fromkeys(words_of(query[:MOST_SIGNS])), 4 * MOST_OF_QUERY))
    return tuple(word for word in found if word not in LITTLE)[:MOST_OF_QUERY] or found[:1]


def words_of_title(product: Product) -> str:
    return joined(words_of(product.details.title))


def words_of_categories(product: Product) -> str:
    return joined(words_of(*product.details.categories))


def all_words(product: Product) -> str:
    """What stands in the title, the categories, the variants and the description, in this order."""
    details = product.details
    of_variants = (
        text
        for variant in details.variants
        for text in (variant.title, *(one.label for one in variant.options), variant.sku)
    )
    return joined(words_of(details.title, *details.categories, *of_variants, details.description))


def joined(words: Iterable[str]) -> str:
    """A blank before and after each, so that it can be told from a part of one."""
    few = islice(dict.fromkeys(words), MOST_OF_PRODUCT)
    return f" {' '.join(few)} "


def _plain(text: str) -> str:
    apart = normalize("NFKD", text.casefold())
    return normalize("NFC", "".join(sign for sign in apart if not combining(sign))).casefold()


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or category(sign).startswith("M")


def _stands_alone(sign: str) -> bool:
    return any(first <= ord(sign) <= last for first, last in WITHOUT_SPACES)


def _written(word: str) -> Iterator[str]:
    if word:
        yield MARK + "".join(map(_in_ascii, _singular(word)))[: LONGEST - len(MARK)]


def _singular(word: str) -> str:
    """Where it is no plural after all, it is cut alike in what is looked for and what is found."""
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if len(word) > 3 and word.endswith(("ie", "y")):  # lilies, a lily; cookies, a cookie
        return word.removesuffix("ie").removesuffix("y") + "i"
    is_hissed = len(word) > 3 and word.endswith(("sse", "xe", "che", "she"))  # dresses, a dress
    return word[:-1] if is_hissed else word


def _in_ascii(sign: str) -> str:
    return sign if sign.isascii() else f"q{ord(sign):04x}"
