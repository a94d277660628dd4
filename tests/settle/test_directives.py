"""Directives in any text: nothing is raised, places lie within the text, and long comments take no long time."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keylint.check import analyze_sources
from keylint.rules.registry import resolve
from keylint.settings import Settings
from keylint.settle.directives import directives

_GRAIN = [
    *("keylint", ":", " ", "ignore", "-file", "[", "]", "KL101", ",", "until=", "2027-01-31"),
    *("# noqa", ": ", "*/", "//", "#", "\n", "\r", "x", "é", "-"),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(_GRAIN)).map("".join) | st.text())
def test_any_text(text: str) -> None:
    for directive in directives(text, {"missing-accessibility"}, noqa=True):
        assert 0 <= directive.start <= directive.head <= directive.end <= len(text)
        for item in directive.items or ():
            assert text[item.start : item.end] == item.text
            assert directive.start <= item.start < item.end <= directive.head
        assert "\n" not in directive.reason


@settings(deadline=None)
@given(st.lists(st.sampled_from([*_GRAIN, "\n# ", "\n@x\n", "\nimport keyring\n", "\nkeyring.set_password('a', 'b', t)  # "])).map("".join))
def test_any_comments_in_a_file(text: str) -> None:
    data = f"import keyring\nkeyring.delete_password('a', 'b')\n# {text}\n".encode()
    result = analyze_sources([("a.py", data)], Settings(resolve(["all"]), require_reason=True))
    assert not any("could not be read" in finding.message for finding in result.incomplete)


@pytest.mark.parametrize(
    "text",
    [
        "keylint: ignore[" + " " * 300_000,
        "keylint: ignore" + " " * 300_000 + "x",
        "keylint: ignore[KL101]" + " #" * 150_000,
        "keylint: ignore[" + "KL101," * 50_000 + "]",
        "keylint: " * 30_000,
        "keylint: ignore[KL101] " * 10_000,
        "# noqa: " + "KL101," * 50_000,
        "until=" * 50_000 + "keylint: ignore[KL101] " + "until=" * 50_000,
        " " * 300_000 + "*/",
        "\n".join(["# keylint: ignore[KL777]"] * 3_000),
        "\n".join(["# x", "@x"] * 20_000),
        "\n".join(["@x("] * 20_000),
    ],
    ids=range(12),
)
def test_long_comments(text: str) -> None:
    start = process_time()
    for _ in directives(text, (), noqa=True):
        pass
    assert process_time() - start < 2
    start = process_time()
    analyze_sources([("a.py", f"import keyring\nkeyring.get_password('a', 'b')\n# {text}\n".encode())], Settings(resolve([])))
    analyze_sources([("a.swift", f"import Security\nlet a = kSecClass\n// {text.replace('#', '//')}\n".encode())], Settings(resolve([])))
    assert process_time() - start < 15
