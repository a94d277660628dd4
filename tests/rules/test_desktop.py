"""Command lines, backends and file-based keychains on observations made by hand."""

from __future__ import annotations

import pytest
from seen import APPLE, event, fact, judged, place, rows, store

from keylint.interpret.events import CommandEvent, Observations, Reference, Word
from keylint.rules.registry import judge

SECRET = object()
"""An argument whose text is not known."""

HALF = object()
"""`-w` and an unknown text joined in one argument."""


def run(code: str, *words: object, subcommand: str = "add-generic-password", exact: bool = True) -> list[tuple[int, str]]:
    made = []
    for row, word in enumerate(words):
        if isinstance(word, str):
            made.append(Word(fact(row, text=word, literal=True), word))
        elif word is HALF:
            made.append(Word(fact(row, known=False), "-w"))
        else:
            made.append(Word(fact(row, known=False), None))
    command = CommandEvent(store("security_command_line"), "add", subcommand, place(90), tuple(made), exact)
    judgement = judge(Observations(commands=(command,)), [code])
    assert not judgement.failures
    return [(finding.span.start // 100, finding.confidence) for finding in judgement.findings]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("-a", "me", "-A"), [(2, "high")]),
        (("-UA", "-s", "app"), [(0, "high")]),
        (("-a", "-A"), []),
        (("-s", "app", "login.keychain", "-A"), []),
        (("-s", "app", "--", "-A"), []),
        (("-T", "", "-s", "app"), []),
        ((SECRET, "-A"), [(1, "medium")]),
    ],
)
def test_open_to_every_application(words: tuple[object, ...], expected: list[tuple[int, str]]) -> None:
    assert run("KL601", *words) == expected


def test_open_to_every_application_only_where_it_means_that() -> None:
    assert run("KL601", "-A", subcommand="find-generic-password") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("-a", "me", "-w", SECRET), [(3, "high")]),
        (("-X", SECRET), [(1, "high")]),
        (("-p", SECRET), [(1, "high")]),
        (("-Uw", SECRET), [(1, "high")]),
        ((HALF,), [(0, "high")]),
        (("-w", "literal"), []),
        (("-wliteral",), []),
        (("-a", SECRET, "-w"), []),
        (("-w",), []),
        (("-l", "-w", SECRET), []),
        (("-a", SECRET, "-s", SECRET), []),
    ],
)
def test_secret_in_arguments(words: tuple[object, ...], expected: list[tuple[int, str]]) -> None:
    assert run("KL602", *words) == expected


def test_words_that_may_be_missing_make_it_less_sure() -> None:
    assert run("KL602", "-w", SECRET, exact=False) == [(1, "medium")]


def test_the_path_of_an_internet_password_is_no_secret() -> None:
    assert run("KL602", "-p", SECRET, subcommand="add-internet-password") == []
    assert run("KL602", "-w", SECRET, subcommand="add-internet-password") == [(1, "high")]
    assert run("KL602", "-w", SECRET, subcommand="find-generic-password") == []


def test_plaintext_backend() -> None:
    reference = Reference("plaintext-backend", store("keyring"), place(4), "PlaintextKeyring", "`set_keyring`")
    (finding,) = judged("KL603", references=(reference,))
    assert rows([finding]) == [4]
    assert "writes every password unencrypted" in finding.message
    assert not judged("KL603", references=(Reference("module", store("keyring"), place(4), "keyring"),))


def test_file_based_keychain() -> None:
    assert rows(judged("KL604", event(APPLE, "SecKeychainAddGenericPassword"), event(APPLE, "SecItemAdd", 2))) == [1]


def test_plain_text_on_some_platforms() -> None:
    (finding,) = judged("KL605", event("plyer", "keystore.set_key"), event("plyer", "keystore.get_key", 2))
    assert rows([finding]) == [1]
    assert "plain text on iOS and Android" in finding.message
