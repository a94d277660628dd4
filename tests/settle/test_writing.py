"""What `keylint suppress` writes: it silences the finding, changes nothing but comments, and reads as a person would write it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from harness import FIXTURES, LANGUAGE, Case, read_fixture
from keylint.check import Result, analyze_sources
from keylint.findings import Finding
from keylint.languages import front_end
from keylint.program.nodes import Span
from keylint.rules.registry import resolve
from keylint.settings import Settings
from keylint.settle.writing import Outcome, Wish, suppressed
from keylint.source import Source

WISH = Wish("before the linter", today="2027-01-31")
SPAN = re.compile(r"Span\(start=\d+, end=\d+\)")


def language(path: str) -> str:
    return LANGUAGE[path.rpartition(".")[2]]


def ours(result: Result) -> list[str]:
    """What is reported about suppressions."""
    return sorted(f"{finding.path}: {finding.code}" for finding in result.findings if finding.code in ("KL901", "KL902", "KL903"))


def left(result: Result) -> list[str]:
    """What is reported and can be suppressed."""
    return [f"{finding.path}: {finding.code}" for finding in result.findings if not finding.code.startswith("KL90")]


def written(sources: Iterable[tuple[str, bytes]], settings: Settings, wish: Wish = WISH) -> dict[str, Outcome]:
    """What is written for everything that is found in `sources`."""
    result = analyze_sources(list(sources), settings)
    found: dict[str, Outcome] = {}
    for path in {finding.path for finding in result.findings}:
        findings = [finding for finding in result.findings if finding.path == path and not finding.code.startswith("KL90")]
        if findings:
            found[path] = suppressed(result.sources[path], language(path), findings, wish)
    return found


def program(source: Source, language: str) -> str:
    """What the front end makes of a text, wherever it stands. The parser may name a construct by its place."""
    module = front_end(language).lower(source, (b"",))
    return SPAN.sub("", repr(module))


_FIXTURES = [read_fixture(path) for path in sorted(FIXTURES.glob("*.md"))]
_ALL = [(f"{fixture.code}:{case.row}:{case.title}", case) for fixture in _FIXTURES for case in fixture.cases if case.expected]
# All of them take a minute and a half and show no more; every other one is as a Windows editor would save it.
_CASES = [pytest.param(case, bool(number % 2), id=name) for number, (name, case) in enumerate(_ALL[::4])]


@pytest.mark.parametrize(("case", "windows"), _CASES)
def test_a_case_is_silent_with_its_comments(case: Case, windows: bool) -> None:
    settings = Settings(resolve(case.select), stores=case.stores, policies=case.policies, today=WISH.today)
    # Without the marks, which would be comments in the way.
    sources = {path: re.sub(r"[ \t]*(//|#|/\*) [^\n]*?expect: KL[^\n*]*(\*/)?$", "", text, flags=re.MULTILINE) for path, text in case.files}
    raw = {path: (b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode() if windows else text.encode()) for path, text in sources.items()}
    manifests = {path: text.encode() for path, text in case.manifests}
    before = analyze_sources([*raw.items(), *manifests.items()], settings)
    outcomes = written([*raw.items(), *manifests.items()], settings)
    for path, outcome in outcomes.items():
        assert not outcome.left
        old = Source.decode(path, raw[path], language(path))
        assert program(outcome.source, language(path)) == program(old, language(path))
        if path.endswith(".py"):
            assert _same_python(old.data, outcome.source.data)
        assert outcome.source.data.count(b"\n") - outcome.source.data.count(b"\r\n") == 0 or not windows
        raw[path] = outcome.source.data.decode().encode(old.encoding)
        assert raw[path].startswith(b"\xef\xbb\xbf") is windows
    after = analyze_sources([*raw.items(), *manifests.items()], settings)
    assert left(after) == []
    assert ours(after) == ours(before)
    assert len(after.silenced) >= len(left(before))
    assert not written([*raw.items(), *manifests.items()], settings)


def _same_python(old: bytes, new: bytes) -> bool:
    try:
        tree = ast.dump(ast.parse(old))
    except SyntaxError:
        return True  # The front end has its own recovery, which was compared.
    return ast.dump(ast.parse(new)) == tree


SWIFT = """import Security
let item = [kSecClass: kSecClassGenericPassword, kSecValueData: Data()] as CFDictionary
"""
TSX = "import * as Store from 'expo-secure-store'\n"
PYTHON = 'import keyring\nkeyring.delete_password("a", "b")\n'
SET = 'keyring.set_password("a", "b", t)'
LONG = "a" * 60


def with_comments(path: str, text: str, wish: Wish = WISH) -> str:
    """The text of a file with what is written into it, which leaves nothing."""
    raw = text.encode()
    settings = Settings(resolve([]), today=wish.today)
    (outcome,) = written([(path, raw)], settings, wish).values()
    assert outcome.left == ()
    result = analyze_sources([(path, outcome.source.data)], settings)
    assert left(result) == []
    assert set(ours(result)) <= set(ours(analyze_sources([(path, raw)], settings)))
    return outcome.source.data.decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SecItemAdd(item, nil)", "SecItemAdd(item, nil) // keylint: ignore[KL101, KL301] before the linter"),
        ("SecItemAdd(item, nil)   ", "SecItemAdd(item, nil) // keylint: ignore[KL101, KL301] before the linter"),
        (
            f"\tlet {LONG} = SecItemAdd(item, nil); print({LONG})",
            f"\t// keylint: ignore[KL101] before the linter\n\tlet {LONG} = SecItemAdd(item, nil); print({LONG})",
        ),
        (
            "  if SecItemAdd(item, nil) == 0 { // why",
            "  // keylint: ignore[KL101] before the linter\n  if SecItemAdd(item, nil) == 0 { // why",
        ),
        (
            "if a {\n  b()\n} else if SecItemAdd(item, nil) == 0 {",
            "if a {\n  b()\n} else if SecItemAdd(item, nil) == 0 { // keylint: ignore[KL101] before the linter",
        ),
        (
            "if SecItemAdd(\n  item,\n  nil\n) == 0 {",
            "// keylint: ignore[KL101] before the linter\nif SecItemAdd(\n  item,\n  nil\n) == 0 {",
        ),
        (
            'let s = """\n  \\(SecItemAdd(item, nil))\n  """; if s == "" {',
            'let s = """\n  \\(/* keylint: ignore[KL101] before the linter */ SecItemAdd(item, nil))\n  """; if s == "" {',
        ),
    ],
)
def test_swift(before: str, after: str) -> None:
    end = "\n}\n" if before.rstrip().endswith(("{", "why")) else "\n"
    assert with_comments("a.swift", f"{SWIFT}{before}{end}") == f"{SWIFT}{after}{end}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("await Store.setItemAsync('a', v)", "await Store.setItemAsync('a', v) // keylint: ignore[KL101] before the linter"),
        (
            "await Store.setItemAsync(\n  'a',\n  v,\n)",
            "// keylint: ignore[KL101] before the linter\nawait Store.setItemAsync(\n  'a',\n  v,\n)",
        ),
        (
            "const a = <A>\n\t<B store={Store} />\n</A>",
            "const a = <A>\n\t{/* keylint: ignore[KL111] before the linter */}\n\t<B store={Store} />\n</A>",
        ),
        (
            "const a = <A>\n  one\n  <B store={Store}>two</B>\n</A>",
            "const a = <A>\n  one\n  {/* keylint: ignore[KL111] before the linter */}\n  <B store={Store}>two</B>\n</A>",
        ),
        (
            "const a = <B\n  store={Store}\n/>",
            "const a = <B\n  store={Store} // keylint: ignore[KL111] before the linter\n/>",
        ),
        ("const a = <B store={Store} />", "const a = <B store={Store} /> // keylint: ignore[KL111] before the linter"),
        (
            "const a = `\n${await Store.getItemAsync('a')}\n`",
            "const a = `\n${await /* keylint: ignore[KL110] before the linter */ Store.getItemAsync('a')}\n`",
        ),
        (
            "load() // why\n  .then(() => Store.getItemAsync('a')) // why not",
            "load() // why\n  // keylint: ignore[KL110] before the linter\n  .then(() => Store.getItemAsync('a')) // why not",
        ),
        (
            "await Store.setItemAsync('a', v) // keylint: ignore[KL110] no use",
            "await Store.setItemAsync('a', v) // keylint: ignore[KL101, KL110] no use; before the linter",
        ),
        (
            "// keylint: ignore[KL303] this\nStore.setItemAsync('a', v)",
            "// keylint: ignore[KL101, KL303] this; before the linter\nStore.setItemAsync('a', v)",
        ),
        (
            "/* keylint: ignore[KL303] */ Store.setItemAsync('a', v)",
            "/* keylint: ignore[KL101, KL303] before the linter */ Store.setItemAsync('a', v)",
        ),
        (
            "// keylint: ignore KL303\nStore.setItemAsync('a', v)",
            "// keylint: ignore KL101, KL303 before the linter\nStore.setItemAsync('a', v)",
        ),
        (
            "// keylint: ignore[KL303] until=2027-05-01 this\nStore.setItemAsync('a', v)",
            "// keylint: ignore[KL303] until=2027-05-01 this\n"
            "Store.setItemAsync('a', v) // keylint: ignore[KL101] before the linter",
        ),
        (
            "// keylint: ignore-file[KL303] this\nStore.setItemAsync('a', v)",
            "// keylint: ignore-file[KL303] this\nStore.setItemAsync('a', v) // keylint: ignore[KL101] before the linter",
        ),
        (
            "await Store.setItemAsync('a', v) // keylint: ignore[KL101] until=2027-01-30 moves",
            "await Store.setItemAsync('a', v) // keylint: ignore[KL101] before the linter",
        ),
        (
            "// keylint: ignore-file[KL10, KL301] until=2026-01-30 moves\nawait Store.setItemAsync('a', v)",
            "// keylint: ignore-file[KL10] before the linter\nawait Store.setItemAsync('a', v)",
        ),
    ],
)
def test_typescript(before: str, after: str) -> None:
    # An idle code that was there before stays, and is still said to be idle.
    assert with_comments("a.tsx", f"{TSX}{before}\n") == f"{TSX}{after}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SET, f"{SET}  # keylint: ignore[KL201] before the linter"),
        (f"if t:\n\t{SET} # type: ignore", f"if t:\n\t# keylint: ignore[KL201] before the linter\n\t{SET} # type: ignore"),
        (f"{SET}  # noqa: E501", f"# keylint: ignore[KL201] before the linter\n{SET}  # noqa: E501"),
        (
            'keyring.set_password("a", \\\n    "b", t)',
            '# keylint: ignore[KL201] before the linter\nkeyring.set_password("a", \\\n    "b", t)',
        ),
        (
            'x = 1 + \\\n  keyring.set_password("a", "b", t)',
            'x = 1 + \\\n  keyring.set_password("a", "b", t)  # keylint: ignore[KL201] before the linter',
        ),
        (
            'x = 1 + \\\n  keyring.set_password("a", "b", """\n    """)',
            'x = 1 + \\\n  keyring.set_password("a", "b", """\n    """)  # keylint: ignore[KL201] before the linter',
        ),
        (
            'x = """\n""", keyring.set_password("a", "b", """\n    """)',
            'x = """\n""", keyring.set_password("a", "b", """\n    """)  # keylint: ignore[KL201] before the linter',
        ),
        (
            'keyring.set_password("a", "b", """\n    """)  # why',
            '# keylint: ignore[KL201] before the linter\nkeyring.set_password("a", "b", """\n    """)  # why',
        ),
        (f"try:\n    {SET}\nexcept KeyError: pass", f"try:\n    {SET}  # keylint: ignore[KL201] before the linter\nexcept KeyError: pass"),
    ],
)
def test_python(before: str, after: str) -> None:
    text = with_comments("a.py", f"{PYTHON}{before}\n")
    assert text == f"{PYTHON}{after}\n"
    ast.parse(text)


def test_a_file_without_a_line_break_at_its_end() -> None:
    assert with_comments("a.py", PYTHON + SET) == f"{PYTHON}{SET}  # keylint: ignore[KL201] before the linter"
    assert with_comments("a.py", f"{PYTHON}{SET} # why").endswith(f"# keylint: ignore[KL201] before the linter\n{SET} # why")


def test_a_day_is_written() -> None:
    wish = Wish("moves", "2027-06-30", "2027-01-31")
    assert with_comments("a.py", f"{PYTHON}{SET}\n", wish).endswith("# keylint: ignore[KL201] until=2027-06-30 moves\n")


def test_where_no_comment_can_stand_the_finding_is_left() -> None:
    # Python before 3.12 does not say where within a string such a place is.
    source = Source("a.py", (PYTHON + f's = f"""\n\n{{{SET}}}\n\n"""\n').encode())
    start = source.data.index(SET.encode())
    finding = Finding("KL201", "unserialized-delete-then-add", "error", "high", "a.py", Span(start, start + len(SET)), "")
    outcome = suppressed(source, "python", [finding], WISH)
    assert [finding.code for finding in outcome.left] == ["KL201"]
    assert (outcome.source.data, outcome.written) == (source.data, ())


@pytest.mark.parametrize(
    "reason",
    ["", "a */ b", "until=2027-01-01", "see keylint: ignore[KL1]", "x # noqa: E501", "\x1b[2J", "two\nlines", "- dash", " padded"],
)
def test_reasons_that_no_comment_can_give(reason: str) -> None:
    assert not Wish(reason).can_be_written()


@pytest.mark.parametrize("reason", ["before the linter", "see #12", "kept [for now]", "public, non-secret", "«öffentlich»"])
def test_reasons(reason: str) -> None:
    assert Wish(reason).can_be_written()
    assert Wish(reason, "2027-06-30").can_be_written()
