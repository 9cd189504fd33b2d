"""The site is made of the documents, strictly: what leads nowhere stops it."""

import subprocess
import sys
from pathlib import Path
from shutil import copytree

import pytest

from tests.documents.blocks import ROOT

DOCS = ROOT / "docs"
STRICTLY = ("-W", "--keep-going", "--nitpicky", "--quiet", "--builder", "html")


def site(documents: Path, output: Path) -> "subprocess.CompletedProcess[str]":
    doctrees = ("--doctree-dir", str(output.parent / "doctrees"))
    return subprocess.run(  # noqa: S603  # our own generator
        [sys.executable, "-m", "sphinx", *STRICTLY, *doctrees, str(documents), str(output)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_the_site_is_made_without_a_warning(tmp_path: Path) -> None:
    made = site(DOCS, tmp_path / "site")

    assert (made.returncode, made.stderr) == (0, "")
    pages = {file.relative_to(tmp_path / "site").as_posix() for file in tmp_path.rglob("*.html")}
    assert {"index.html", "tutorial.html", "contexts/inventory.html", "problems.html"} <= pages
    index = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "From clone to first order" in index
    assert 'src="http' not in index
    assert 'rel="stylesheet" href="http' not in index


@pytest.mark.thorough
def test_what_leads_nowhere_and_what_nobody_links_is_noticed(tmp_path: Path) -> None:
    copied = copytree(DOCS, tmp_path / "docs")
    (copied / "forgotten.md").write_text("# Forgotten\n\n[that](nowhere.md)\n")
    tutorial = copied / "tutorial.md"
    tutorial.write_text(f"{tutorial.read_text('utf-8')}\n[there](settings.md#no-such-heading)\n")

    made = site(copied, tmp_path / "site")

    assert made.returncode != 0
    for fault in ("nowhere.md", "no-such-heading", "isn't included in any toctree"):
        assert fault in made.stderr


@pytest.mark.parametrize("file", sorted(DOCS.rglob("*.svg")), ids=lambda file: file.name)
def test_a_picture_fetches_nothing(file: Path) -> None:
    assert "http" not in file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
