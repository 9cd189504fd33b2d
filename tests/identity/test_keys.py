"""The keys of identity: files that nobody else reads, made once, and read again when they change."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from stat import S_IMODE
from threading import Barrier, Thread

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from domain.contracts.identity import digest
from domain.shared.key_ring import LEAD
from infrastructure.identity.keyed_hashes import KeyedHashes
from infrastructure.identity.signer import Signer
from infrastructure.shared.files import UnfitFile
from infrastructure.shared.keys.folder import KeyFolder
from tests.identity.linked import NOW

LIFETIME = timedelta(minutes=10)
CLAIMS = {"sub": "jane", "exp": 2_000_000_000}


class Time:
    """A clock that is set, of which every tick is long."""

    def __init__(self) -> None:
        self.now, self.ticks = NOW, 0.0

    def __call__(self) -> datetime:
        return self.now

    def tick(self) -> float:
        self.ticks += 10
        return self.ticks


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "keys"


@pytest.fixture
def open_keys(folder: Path, time: Time) -> Callable[[], KeyFolder]:
    return lambda: KeyFolder(folder, LIFETIME, time, time.tick)


def names(published: str) -> list[str]:
    return [key["kid"] for key in json.loads(published)["keys"]]


def verified(token: str, published: str) -> dict[str, object]:
    keys = KeySet.import_key_set(json.loads(published))
    return jwt.decode(token, keys, algorithms=["ES256"]).claims


def test_keys_are_made_when_they_are_first_needed_for_us_alone(
    folder: Path, open_keys: Callable[[], KeyFolder]
) -> None:
    keys = open_keys()

    signing = keys.signing()

    assert S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {"hashing.key", "signing-0001.json"}
    assert {S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert names(keys.published()) == [signing.dated.name]


def test_they_are_the_same_afterwards(open_keys: Callable[[], KeyFolder]) -> None:
    first = open_keys()
    first.prepare()

    again = open_keys()
    again.prepare()

    assert again.hashing == first.hashing
    assert again.published() == first.published()


def test_what_is_published_has_no_private_part(open_keys: Callable[[], KeyFolder]) -> None:
    keys = open_keys()
    private = keys.signing().key.as_dict(private=True)["d"]

    assert "d" not in json.loads(keys.published())["keys"][0]
    assert str(private) not in keys.published() + repr(keys.told())


def test_many_who_make_them_at_once_have_the_same(folder: Path) -> None:
    crowd = [KeyFolder(folder, LIFETIME) for _ in range(8)]
    gate = Barrier(len(crowd))

    def prepare(keys: KeyFolder) -> None:
        gate.wait(30)
        keys.prepare()

    threads = [Thread(target=prepare, args=(keys,)) for keys in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len({keys.hashing for keys in crowd}) == 1
    assert len({keys.published() for keys in crowd}) == 1


@pytest.mark.parametrize("mode", [0o644, 0o602, 0o620])
@pytest.mark.parametrize("name", ["hashing.key", "signing-0001.json"])
def test_a_key_that_is_open_to_others_is_refused(
    folder: Path, open_keys: Callable[[], KeyFolder], name: str, mode: int
) -> None:
    open_keys().prepare()
    (folder / name).chmod(mode)

    with pytest.raises(UnfitFile, match=f"{name} is open to others: chmod 600"):
        open_keys().prepare()


def test_a_secret_that_a_group_may_read_is_taken(
    folder: Path, open_keys: Callable[[], KeyFolder]
) -> None:
    open_keys().prepare()
    (folder / "hashing.key").chmod(0o440)

    open_keys().prepare()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hashing.key", ""),
        ("hashing.key", "short"),
        ("signing-0001.json", ""),
        ("signing-0001.json", "{}"),
        ("signing-0001.json", '{"key": {"kty": "oct"}}'),
        ("signing-0001.json", "[1]"),
        ("signing-0002.json", "draft"),
    ],
)
def test_what_is_no_key_is_refused_by_its_name(
    folder: Path, open_keys: Callable[[], KeyFolder], name: str, text: str
) -> None:
    open_keys().prepare()
    (folder / name).write_text(text)
    (folder / name).chmod(0o600)

    with pytest.raises(UnfitFile, match=name):
        open_keys().prepare()


def test_a_public_key_signs_nothing(folder: Path, open_keys: Callable[[], KeyFolder]) -> None:
    open_keys().prepare()
    file = folder / "signing-0001.json"
    told = json.loads(file.read_text())
    del told["key"]["d"]
    file.write_text(json.dumps(told))

    with pytest.raises(UnfitFile, match="no signing key"):
        open_keys().prepare()


def test_where_no_folder_can_be_made_that_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UnfitFile, match="cannot be written to"):
        KeyFolder(tmp_path / "file" / "keys", LIFETIME).prepare()


def test_what_signs_now_signs(open_keys: Callable[[], KeyFolder]) -> None:
    keys = open_keys()

    token = Signer(keys)(CLAIMS, "at+jwt")

    assert verified(token, keys.published()) == CLAIMS
    assert jwt.decode(
        token, KeySet.import_key_set(json.loads(keys.published())), algorithms=["ES256"]
    ).header == {"alg": "ES256", "typ": "at+jwt", "kid": keys.signing().dated.name}


def test_a_rotated_key_is_published_now_signs_in_a_while_and_goes_at_last(
    open_keys: Callable[[], KeyFolder], time: Time, folder: Path
) -> None:
    keys, other = open_keys(), open_keys()
    old, sign = keys.signing().dated.name, Signer(other)
    token = sign(CLAIMS)

    new = keys.rotate()

    assert names(other.published()) == [old, new]
    assert other.signing().dated.name == old
    time.now += LEAD
    assert other.signing().dated.name == new
    assert verified(token, other.published()) == CLAIMS
    time.now += LIFETIME + timedelta(minutes=1)
    assert names(other.published()) == [new]
    third = keys.rotate()
    assert names(other.published()) == [new, third]
    assert {path.name for path in folder.glob("signing-*")} == {
        "signing-0002.json",
        "signing-0003.json",
    }


def test_keys_that_are_not_to_be_trusted_are_gone_at_once(
    open_keys: Callable[[], KeyFolder],
) -> None:
    keys, other = open_keys(), open_keys()
    token, hashing = Signer(other)(CLAIMS), other.hashing

    new = keys.rotate(at_once=True)

    assert names(other.published()) == [new]
    assert other.signing().dated.name == new
    assert other.hashing == hashing
    with pytest.raises((JoseError, ValueError)):
        verified(token, other.published())


def test_keys_that_change_while_they_are_asked_for_are_not_mixed(
    folder: Path, open_keys: Callable[[], KeyFolder], time: Time
) -> None:
    moments = chain([0.0, 0.5], repeat(2.0))
    keys = KeyFolder(folder, LIFETIME, time, lambda: next(moments))
    keys.prepare()
    open_keys().rotate(at_once=True)

    before, after = keys.signing(), keys.signing()

    assert [before.number, after.number] == [1, 2]


def test_what_cannot_be_read_again_leaves_what_was_read(
    folder: Path, open_keys: Callable[[], KeyFolder]
) -> None:
    keys = open_keys()
    published = keys.published()
    (folder / "signing-0002.json").write_text("half a k")

    assert keys.published() == published


def test_what_is_each_key_for_is_told(open_keys: Callable[[], KeyFolder], time: Time) -> None:
    keys = open_keys()
    keys.prepare()
    keys.rotate()

    assert [state for _, state in keys.told()] == ["signs", "verifies"]

    time.now += LEAD
    assert [state for _, state in keys.told()] == ["verifies", "signs"]
    time.now += LIFETIME * 2
    assert [state for _, state in keys.told()] == ["retired", "signs"]


def test_a_hash_is_of_its_key_and_of_what_is_hashed(
    tmp_path: Path, open_keys: Callable[[], KeyFolder]
) -> None:
    ours, others = KeyedHashes(open_keys()), KeyedHashes(KeyFolder(tmp_path / "other", LIFETIME))
    secret = ours.make("fsk")

    keyed = ours.keyed(digest(secret))

    assert len(keyed) == 64
    assert keyed == ours.keyed(digest(secret))
    assert keyed not in (digest(secret), others.keyed(digest(secret)))
    assert secret != ours.make("fsk")
