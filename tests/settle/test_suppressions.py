"""Where a suppression comment counts, and where a slip of the pen must not widen it."""

from __future__ import annotations

import re

import pytest

from keylint.findings import Finding
from keylint.languages import Comment
from keylint.program.nodes import Span
from keylint.settle.suppressions import suppressing, suppressions
from keylint.source import Source


def comments(source: Source, opening: str) -> list[Comment]:
    """The comments of a text whose strings hold no comment marks."""
    text = source.data.decode()
    found = []
    for match in re.finditer(rf"(?s)/\*.*?\*/|{opening}[^\n]*", text):
        before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        after = text[match.end() :].partition("\n")[0]
        span = Span(len(text[: match.start()].encode()), len(text[: match.end()].encode()))
        found.append(Comment(span, match[0], not before.strip() and not after.strip()))
    return found


def suppressed(text: str, code: str = "KL101", name: str = "missing-accessibility", language: str = "swift") -> bool:
    """The finding at `<…>` in `text` is suppressed."""
    start, end = text.index("<"), text.index(">") - 1
    source = Source("a", text.replace("<", "").replace(">", "").encode())
    data = text.encode()
    span = Span(len(data[: data.index(b"<")]), len(data[: data.index(b">")]) - 1)
    assert end >= start
    finding = Finding(code, name, "error", "high", "a", span, "message")
    found = suppressions(source, comments(source, "#" if language == "python" else "//"), language)
    return suppressing(finding, source, found) is not None


@pytest.mark.parametrize(
    "text",
    [
        "<add()> // keylint: ignore[KL101]",
        "<add()> // keylint: ignore[KL101] because it is public",
        "<add()> // keylint:ignore[KL101]",
        "<add()> //keylint : ignore [ KL101 , KL103 ]",
        "<add()> // KeyLint: Ignore[kl101]",
        "<add()> // keylint: ignore[KL1]",
        "<add()> // keylint: ignore[KL]",
        "<add()> // keylint: ignore[missing-accessibility]",
        "<add()> // keylint: ignore[KL999, KL101]",
        "<add()> // keylint: ignore KL101",
        "<add()> // keylint: ignore",
        "<add()> // keylint: ignore - a reason",
        "<add()> // a reason. keylint: ignore[KL101]",
        "<add()> // keylint: ignore[KL103] keylint: ignore[KL101]",
        "<add(\n  q)> // keylint: ignore[KL101]",
        "<add(  // keylint: ignore[KL101]\n  q)>",
        "<add(\n  q, // keylint: ignore[KL101]\n  nil)>",
        "<add(\n  // keylint: ignore[KL101]\n  q)>",
        "// keylint: ignore[KL101]\n<add()>",
        "// keylint: ignore[KL101]\nlet s = <add(\n  q)>",
        "// keylint: ignore[KL101]\n// An explanation.\n<add()>",
        "// keylint: ignore[KL103]\n// keylint: ignore[KL101]\n<add()>",
        "/* keylint: ignore[KL101]\n   An explanation. */\n<add()>",
        "/* keylint: ignore[KL101] */ <add()>",
        'let é = "😀"; <add()> // keylint: ignore[KL101]',
        "{/* keylint: ignore[KL101] */}\n<add()>",
        "<add()> {/* keylint: ignore[KL101] */}",
        "let a = 1\r\n// keylint: ignore[KL101]\r\n<add()>\r\n",
        "<add()>\n\n// keylint: ignore-file[KL101]",
        "/* Licence\n * keylint: ignore-file[KL1] reason\n */\nlet a = 1\n<add()>",
        "// keylint: ignore-file\n\n\n<add()>",
    ],
)
def test_counts(text: str) -> None:
    assert suppressed(text)


@pytest.mark.parametrize(
    "text",
    [
        "<add()> // keylint: ignore[KL103]",
        "<add()> // keylint: ignore[KL1011]",
        "<add()> // keylint: ignore[101]",
        "<add()> // keylint: ignore[]",
        "<add()> // keylint: ignore[KL101",
        "<add()> // keylint: ignore(KL101)",
        "<add()> // keylint: ignore: KL101",
        "<add()> // keylint: ignore KL103",
        "<add()> // keylint: ignored[KL101]",
        "<add()> // keylint: ignore-next-line[KL101]",
        "<add()> // not-keylint: ignore[KL101]",
        "<add()> // keylint ignore[KL101]",
        "<add()> // noqa: KL101",
        "<add()> // # noqa",
        "// keylint: ignore[KL101]\n\n<add()>",
        "// keylint: ignore[KL101]\nlet a = 1\n<add()>",
        "let a = 1 // keylint: ignore[KL101]\n<add()>",
        "let a = 1 /* keylint: ignore[KL101] */\n<add()>",
        "<add()>\n// keylint: ignore[KL101]",
        "<task {\n  other() // keylint: ignore\n}>",
        '<add("keylint: ignore[KL101]")>',
    ],
)
def test_does_not_count(text: str) -> None:
    assert not suppressed(text)


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# noqa", True),
        ("# NoQA", True),
        ("# noqa: KL101", True),
        ("# noqa:E501,KL101", True),
        ("# noqa: E501 KL101 reason", True),
        ("# noqa: KL1", True),
        ("# noqa: E501", False),
        ("# noqa: KL103", False),
        ("# keylint: ignore[KL101]", True),
    ],
)
def test_python(comment: str, expected: bool) -> None:
    assert suppressed(f"<add()>  {comment}", language="python") is expected


def test_noqa_can_be_left_to_whoever_asks() -> None:
    source = Source("a.py", b"add()  # noqa\n")
    assert suppressions(source, comments(source, "#"), "python")
    assert not suppressions(source, comments(source, "#"), "python", noqa=False)


def test_noqa_alone_on_a_line_is_about_no_other_line() -> None:
    assert not suppressed("# noqa: KL101\n<add()>", language="python")


def test_a_file_that_was_not_analyzed_is_accepted_for_the_file_only() -> None:
    assert not suppressed("<// keylint: ignore[KL900]>", "KL900", "not-analyzed")
    assert not suppressed("<// keylint: ignore>", "KL900", "not-analyzed")
    assert suppressed("<// keylint: ignore-file[KL900]>", "KL900", "not-analyzed")
