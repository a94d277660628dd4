"""What people see of a finding."""

from __future__ import annotations

from keylint.findings import BASE, BASELINE, COMMENT, Finding, Related, Silenced
from keylint.program.nodes import Span
from keylint.reports.text import concise, full, statistics, summary
from keylint.source import Source


def finding(source: Source, text: str, **changes: object) -> Finding:
    start = source.data.index(text.encode())
    facts: dict[str, object] = {
        "code": "KL101",
        "name": "missing-accessibility",
        "severity": "error",
        "confidence": "high",
        "path": source.path,
        "span": Span(start, start + len(text.encode())),
        "message": "The token is stored without a class.",
    }
    return Finding(**{**facts, **changes})  # type: ignore[arg-type]


def test_full() -> None:
    source = Source("Auth/Store.swift", b"import Security\n" + b"\n" * 8 + b"let query = [:]\n\tlet s = SecItemAdd(query, nil) // x\n")
    related = Related(source.path, Span(source.data.index(b"query"), source.data.index(b"query") + 5), "the dictionary is made here")
    shown = finding(source, "SecItemAdd(query, nil)", related=(related,), reasons=("No path sets it.", "None can."), remedy="Name a class.")
    assert full([shown], {source.path: source}) == (
        "Auth/Store.swift:11:10: error KL101 The token is stored without a class.\n"
        "   |\n"
        "11 |     let s = SecItemAdd(query, nil) // x\n"
        "   |             ^^^^^^^^^^^^^^^^^^^^^^\n"
        "  --> Auth/Store.swift:10:5: the dictionary is made here\n"
        "   |\n"
        "10 | let query = [:]\n"
        "   |     -----\n"
        "   |\n"
        "   = note: No path sets it.\n"
        "   = note: None can.\n"
        "   = help: Name a class.\n"
        "\n"
    )


def test_a_span_of_several_lines_shows_the_first() -> None:
    source = Source("a.ts", b"a(\n  b)\n")
    assert "1 | a(\n  | ^^...\n" in full([finding(source, "a(\n  b)")], {source.path: source})


def test_wide_and_combining_characters_keep_the_carets_in_place() -> None:
    source = Source("a.ts", "const 鍵 = 'e\u0301😀'; save(鍵)\n".encode())
    lines = full([finding(source, "save(鍵)")], {source.path: source}).splitlines()
    assert lines[0].startswith("a.ts:1:18:")
    # "const " 6, the key 2, " = '" 4, the accented e 1, the emoji 2, "'; " 3.
    assert lines[3] == "  | " + " " * 18 + "^" * 8


def test_a_long_line_is_cut_around_the_span() -> None:
    source = Source("a.ts", b"x" * 5000 + b"save(k)" + b"y" * 5000)
    lines = full([finding(source, "save(k)")], {source.path: source}).splitlines()
    assert len(lines[2]) < 200
    column = lines[3].index("^")
    assert lines[2][column : column + 7] == "save(k)"
    assert lines[2].endswith("...")


def test_nothing_of_the_analyzed_code_steers_the_terminal() -> None:
    hostile = "a\x1b[31m\x9b0m\r\u202e\u2066\x07"
    source = Source(f"{hostile}.ts", f"save('{hostile}')\n".encode())
    related = Related(source.path, Span(0, 4), hostile)
    shown = finding(source, "save", message=f"{hostile}\n::error::", reasons=(hostile,), remedy=hostile, related=(related,))
    for text in (concise([shown], {source.path: source}), full([shown], {source.path: source})):
        assert not set(text) & set("\x1b\x9b\r\u202e\u2066\x07")
        assert "\\u{1b}" in text
    assert concise([shown], {source.path: source}).count("\n") == 1


def test_no_line_opens_like_a_ci_command() -> None:
    source = Source("::error::x.ts", b"save\n")
    shown = finding(source, "save", related=(Related("::stop::", Span(0, 1), "x"),))
    for text in (concise([shown], {source.path: source}), full([shown], {source.path: source})):
        assert not any(line.lstrip().startswith(("::", "##[")) for line in text.splitlines())


def test_a_file_without_text_is_shown_without_source() -> None:
    shown = finding(Source("a.swift", b"x"), "x", span=Span(0, 0), remedy="Repair it.")
    assert full([shown], {}) == "a.swift:1:1: error KL101 The token is stored without a class.\n  |\n  = help: Repair it.\n\n"
    assert concise([shown], {}) == "a.swift:1:1: KL101 The token is stored without a class.\n"


def test_colours_change_nothing_but_colour() -> None:
    import re

    source = Source("a.ts", b"save(k)\n")
    shown = [finding(source, "save(k)", remedy="x")]
    for render in (full, concise):
        coloured = render(shown, {source.path: source}, True)
        assert "\033[1;31m" in coloured
        assert re.sub(r"\033\[[0-9;]*m", "", coloured) == render(shown, {source.path: source})


def test_summary() -> None:
    source = Source("a.ts", b"save(k)\n")
    error, other = finding(source, "save"), finding(source, "save", path="b.ts")
    warning, info = finding(source, "save", severity="warning"), finding(source, "save", severity="info")
    assert summary([error]) == "Found 1 error in 1 file.\n"
    assert summary([error, other, warning], [Silenced(info, COMMENT)] * 2) == "Found 2 errors and 1 warning in 2 files (2 suppressed).\n"
    assert summary([error, warning, info, info]) == "Found 1 error, 1 warning and 2 notes in 1 file.\n"
    assert summary([], [Silenced(error, COMMENT)]) == "No findings (1 suppressed).\n"
    every = [Silenced(error, kind) for kind in (BASE, BASELINE, COMMENT)]
    assert summary([], every) == "No findings (1 suppressed, 1 in the baseline, 1 not new).\n"


def test_statistics() -> None:
    source = Source("a.ts", b"save(k)\n")
    many = [finding(source, "save", code="KL201", name="unserialized-delete-then-add")] * 11
    assert statistics([finding(source, "save"), *many]) == ("11  KL201  unserialized-delete-then-add\n 1  KL101  missing-accessibility\n")
    assert statistics([]) == ""
