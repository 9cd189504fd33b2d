"""How the site is made of these documents. `make site`; nothing is fetched, nothing is written here."""

import re
from importlib.metadata import version as version_of
from typing import Any

project = "Freestone"
release = version = version_of("freestone")
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Freestone"
html_static_path: list[str] = []
html_copy_source = False
exclude_patterns = ["conf.py"]
root_doc = "index"
myst_heading_anchors = 4
nitpicky = True

SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
DOCUMENT = re.compile(r"\]\(([^):#]+)\.md\)")


def add_contents(_app: Any, name: str, source: list[str]) -> None:
    """An index says what belongs together by its sections and links: the same for both readers."""
    if name.rpartition("/")[2] != "index":
        return
    parts = SECTION.split(source[0])
    titled = zip(["", *parts[1::2]], [parts[0], *parts[2::2]], strict=True)
    for title, text in titled:
        if documents := list(dict.fromkeys(DOCUMENT.findall(text))):
            caption = f":caption: {title}\n" if title else ""
            listed = "\n".join(documents)
            source[0] += f"\n\n```{{toctree}}\n:hidden:\n{caption}\n{listed}\n```\n"


def setup(app: Any) -> None:
    app.connect("source-read", add_contents)
