"""A tax rate is known by where and for what it is; this is that as one text, to be said in a URL.

`DE`, `US-CA`, `DE.reduced`, `US-CA.reduced`: the country, the region if it is for one, and the
category unless that is `standard`. What would be taken for the end of a part is encoded: not by
percent signs, which URLs, and whoever reads them, have a meaning for.
"""

import re

STANDARD = "standard"
ENCODED = {ord(sign): f"~{ord(sign):02X}" for sign in "./~"}


def tax_rate_id(country: str, region: str, category: str) -> str:
    place = f"{country}-{region.translate(ENCODED)}" if region else country
    return place if category == STANDARD else f"{place}.{category.translate(ENCODED)}"


def read_tax_rate_id(text: str) -> tuple[str, str, str]:
    """Country, region and category, as they are kept."""
    place, _, category = text.partition(".")
    country, _, region = place.partition("-")
    return country.upper(), _decoded(region).upper(), _decoded(category) or STANDARD


def _decoded(text: str) -> str:
    return re.sub("~([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)
