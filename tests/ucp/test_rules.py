"""The rules of the protocol: none goes without a test, or a reason."""

from tests.documents.protocol import CHAPTERS, how, kept, lacking, reasons, rules, shown


def test_what_must_be_kept_is_shown_or_has_a_reason() -> None:
    missing = [r.id for r in rules() if r.must_be_shown and r.id not in shown().keys() | reasons()]

    assert missing == []


def test_what_should_or_may_be_kept_is_shown_or_has_a_reason_too() -> None:
    assert [rule.id for rule in rules() if not how(rule)] == []


def test_tests_and_files_name_rules_that_there_are() -> None:
    known = {rule.id for rule in rules()}

    assert shown().keys() <= known
    assert kept().keys() <= known
    assert {rule.chapter for rule in rules()} == CHAPTERS.keys()


def test_no_reason_is_given_for_what_is_shown() -> None:
    whole_chapters = {rule.id for rule in rules() if rule.chapter in ("AP2", "TOK", "A2A", "EMB")}

    assert (shown().keys() & reasons().keys()) - whole_chapters == set()


def test_what_is_kept_in_part_is_shown_for_the_rest() -> None:
    assert lacking().keys() <= shown().keys()
