"""Tokens are measured here and elsewhere, in short: they are what was asked for, and are kept."""

from dataclasses import replace
from pathlib import Path

import pytest
from bench.figures import ISSUER, PEERS, Figures
from bench.mints import PEER, freestone_mint
from bench.rounds import Untrue
from bench.tokens import compare, measure, mints

from tests.npm import require_node_for
from tests.private_servers import require_installed
from tests.services import postgresql


@pytest.mark.thorough
def test_tokens_are_given_here_and_elsewhere_and_told(tmp_path: Path) -> None:
    require_installed(postgresql)
    require_node_for(PEER)
    figures = Figures()

    with mints(tmp_path) as served:
        compare(served, figures, seconds=0.1)

    found = {(one.figure, one.of): one.median for one in figures.summaries()}
    assert {of for figure, of in found if figure == "token CPU"} == {ISSUER, *PEERS.values()}
    assert {of for figure, of in found if figure == "token CPU against"} == set(PEERS.values())
    assert found["verification", "known token"] < found["verification", "new token"]


def test_a_grant_that_is_not_kept_is_told(tmp_path: Path) -> None:
    require_installed(postgresql)

    with freestone_mint(ISSUER, tmp_path / "issuer") as mint:
        forgetful = replace(mint, grants="SELECT count(*) FROM identity_accounts")

        with pytest.raises(Untrue, match="8 tokens were given, and 0 grants kept"):
            measure(forgetful, Figures(), 8)
