"""What is installed has all that the pages need."""

import subprocess
import sys
from pathlib import Path
from shutil import copy, copytree, ignore_patterns
from zipfile import ZipFile

from app.pages.paper import templates
from tests.processes import ROOT

BUILD = "from setuptools.build_meta import build_wheel; print(build_wheel('dist'))"
PAGES = ROOT / "src/app/pages"


def test_a_wheel_holds_the_pages(tmp_path: Path) -> None:
    copytree(ROOT / "src", tmp_path / "src", ignore=ignore_patterns("__pycache__", "*.egg-info"))
    copy(ROOT / "pyproject.toml", tmp_path)

    subprocess.run(  # noqa: S603  # our own package
        [sys.executable, "-W", "ignore", "-c", BUILD],
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )

    (wheel,) = (tmp_path / "dist").glob("*.whl")
    held = set(ZipFile(wheel).namelist())
    needed = {p.relative_to(ROOT / "src").as_posix() for p in PAGES.rglob("*.*") if p.is_file()}
    assert {path for path in needed if "__pycache__" not in path} <= held


def test_every_template_can_be_read() -> None:
    environment = templates()

    for name in environment.list_templates():
        environment.get_template(name)

    assert "checkout.html" in environment.list_templates()
