"""What is said of suppression comments, when it is not said because it cannot be known, and that the fixes are right."""

from __future__ import annotations

import ast
import re

import pytest
from test_placements import TABLES

from keylint.check import Result, analyze_sources
from keylint.findings import Finding
from keylint.languages import front_end, language_of
from keylint.rules import registry
from keylint.rules.registry import resolve
from keylint.settings import Settings
from keylint.settle.removal import applied
from keylint.source import Source

DEFAULT = Settings(resolve([]), today="2027-01-31")
SWIFT = """import Security
let item = [kSecClass: kSecClassGenericPassword, kSecValueData: Data()] as CFDictionary
func f() -> OSStatus {
  %s
}
"""
TSX = "import * as Store from 'expo-secure-store'\n%s\n"
PYTHON = 'import keyring\nkeyring.delete_password("a", "b")\n%s\n'
SET = 'keyring.set_password("a", "b", t)'


def checked(path: str, text: str, settings: Settings = DEFAULT) -> Result:
    return analyze_sources([(path, text.encode())], settings)


def about(result: Result) -> list[Finding]:
    """What is said of suppressions."""
    return [finding for finding in result.findings if finding.code in ("KL901", "KL902", "KL903")]


def mended(path: str, text: str, settings: Settings = DEFAULT) -> str:
    """`text` with every fix of a finding about suppressions made."""
    edits = [edit for finding in about(checked(path, text, settings)) if finding.fix for edit in finding.fix.edits]
    assert all(finding.fix.applicability == "safe" for finding in about(checked(path, text, settings)) if finding.fix)
    return applied(text.encode(), edits).decode()


class TestMessages:
    def only(self, path: str, text: str, settings: Settings = DEFAULT) -> Finding:
        (finding,) = about(checked(path, text, settings))
        return finding

    def test_unused(self) -> None:
        text = PYTHON % "print()  # keylint: ignore[KL201, unserialized-delete-then-add] x"
        finding = self.only("a.py", text)
        named = "KL201 and unserialized-delete-then-add"
        assert finding.message == f"Nothing is suppressed here: {named} are not reported where this comment counts"
        assert text.encode()[slice(*finding.span)] == b"keylint: ignore[KL201, unserialized-delete-then-add]"
        assert (finding.severity, finding.confidence, finding.name) == ("warning", "high", "unused-suppression")

    def test_one_of_several(self) -> None:
        text = PYTHON % f"{SET}  # keylint: ignore[KL304, KL201, KL603] x"
        finding = self.only("a.py", text)
        assert finding.message == "KL304 and KL603 are not reported where this comment counts"
        assert text.encode()[slice(*finding.span)] == b"KL304, KL201, KL603"

    def test_the_place_that_it_was_meant_for(self) -> None:
        finding = self.only("a.py", PYTHON % f"print()  # keylint: ignore[KL201] x\n{SET}")
        (related,) = finding.related
        assert related.message == "KL201 is reported here, where the comment does not count"
        assert finding.remedy == "Move the comment to the line that it is meant for, or delete it."

    def test_expired_and_nothing_there(self) -> None:
        finding = self.only("a.py", PYTHON % "print()  # keylint: ignore[KL201] until=2027-01-30 x")
        assert finding.message.endswith("not reported where this comment counts, and the suppression expired on 2027-01-30")

    def test_expired_and_something_there(self) -> None:
        result = checked("a.py", PYTHON % f"# keylint: ignore[KL201] until=2027-01-30 x\n{SET}")
        (finding,) = result.findings
        assert finding.reasons[-1] == "The suppression on line 3 expired on 2027-01-30."
        assert not result.silenced

    def test_expired_and_another_that_has_not(self) -> None:
        result = checked("a.py", PYTHON % f"# keylint: ignore[KL201] until=2027-01-30 x\n{SET}  # keylint: ignore[KL201] y")
        assert ([finding.code for finding in result.findings], [item.reason for item in result.silenced]) == ([], ["y"])

    @pytest.mark.parametrize(
        ("comment", "problem"),
        [
            ("keylint: ignore(KL201)", "codes stand in square brackets: ignore[CODE]"),
            ("keylint: ignore[KL201", "the bracket is not closed"),
            ("keylint: ignore[ , ]", "the brackets are empty"),
            ("keylint: ignore[" + "KL201," * 51 + "]", "it lists more than 50 codes"),
            ("keylint ignore[KL201]", "there is no colon after 'keylint'"),
            ("keylint: disable[KL201]", "'disable' is neither 'ignore' nor 'ignore-file'"),
            ("keylint: ignore-next-line KL201", "'ignore-next-line' is neither 'ignore' nor 'ignore-file'"),
            ("keylint: KL201", ""),
            ("keylint: ignore[KL201] until=31.12.2027", "'31.12.2027' is no date: until=YYYY-MM-DD"),
            ("keylint: ignore[KL201] until=", "'' is no date: until=YYYY-MM-DD"),
            ("keylint: ignore[KL201] until=2027-02-29 x", "'2027-02-29' is no date: until=YYYY-MM-DD"),
            ("keylint: ignore[KL201] until=2027-02-01 until=2027-03-01", "it names more than one date"),
        ],
    )
    def test_not_understood(self, comment: str, problem: str) -> None:
        result = checked("a.py", PYTHON % f"{SET}  # {comment}")
        codes = [finding.code for finding in result.findings]
        if not problem:
            assert "KL201" in codes
            return
        assert codes == ["KL201", "KL901"]
        assert result.findings[1].message == f"This comment suppresses nothing: {problem}"
        assert result.findings[1].fix is None

    @pytest.mark.parametrize(
        "comment", ["see keylint.toml", "keylint: a linter", "keylint is ignored here", "as keylint: says", "mykeylint: ignore"]
    )
    def test_prose_is_no_suppression(self, comment: str) -> None:
        assert [finding.code for finding in checked("a.py", PYTHON % f"{SET}  # {comment}").findings] == ["KL201"]

    def test_blanket(self) -> None:
        finding = self.only("a.py", PYTHON % f"{SET}  # keylint: ignore")
        assert finding.remedy == "Name what it suppresses: keylint: ignore[KL201]."

    def test_unknown(self) -> None:
        finding = self.only("a.py", PYTHON % f"{SET}  # keylint: ignore[KL201, unserialised-delete-then-add] x")
        assert finding.message.endswith("; did you mean unserialized-delete-then-add?")

    def test_a_long_list_of_nonsense_is_not_told_whole(self) -> None:
        result = checked("a.py", PYTHON % f"{SET}  # keylint: ignore[{','.join('x' * 300 + str(n) for n in range(40))}]")
        assert 1 < len(about(result)) < 20
        assert max(len(finding.message) for finding in result.findings if finding.code == "KL903") < 200


class TestSilence:
    """What cannot be known is not said."""

    UNUSED = PYTHON % "print()  # keylint: ignore[KL201] x"

    def test_is_broken_where_it_can(self) -> None:
        assert [finding.code for finding in checked("a.py", self.UNUSED).findings] == ["KL901"]

    @pytest.mark.parametrize(
        ("select", "comment", "told"),
        [
            (["default"], "ignore[KL206] x", False),
            (["KL1", "KL901"], "ignore[KL201] x", False),
            (["KL201", "KL901"], "ignore[KL201] x", True),
            (["KL201", "KL901"], "ignore[KL2] x", False),
            (["KL2", "KL901"], "ignore[KL2] x", True),
            (["KL2", "KL901"], "ignore[KL2, KL1] x", True),
            (["default"], "ignore", False),
            (["all"], "ignore", True),
            (["KL201"], "ignore[KL201] x", False),
        ],
    )
    def test_rules_that_did_not_run(self, select: list[str], comment: str, told: bool) -> None:
        result = checked("a.py", PYTHON % f"print()  # keylint: {comment}", Settings(resolve(select)))
        assert ("KL901" in [finding.code for finding in result.findings]) is told

    def test_a_finding_that_is_not_sure_enough(self) -> None:
        text = "import S from 'react-native-sensitive-info'\nexport const save = (v: string) => S.setItem('a', v, { touchID: false })%s\n"
        for confidence, heard in (("medium", ["KL101"]), ("high", [])):
            settings = Settings(resolve([]), confidence)
            assert [finding.code for finding in checked("a.ts", text % "", settings).findings] == heard
            assert not checked("a.ts", text % " // keylint: ignore[KL101] x", settings).findings

    def test_a_rule_that_failed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = registry.load

        def load(code: str) -> object:
            if code == "KL201":
                raise ZeroDivisionError
            return real(code)

        monkeypatch.setattr(registry, "load", load)
        assert "KL901" not in [finding.code for finding in checked("a.py", self.UNUSED).findings]

    def test_another_file_that_was_not_analyzed(self) -> None:
        broken = b'# coding: utf-99\nimport keyring\nkeyring.get_password("a", "b")\n'
        result = analyze_sources([("a.py", self.UNUSED.encode()), ("b.py", broken)], DEFAULT)
        assert [finding.code for finding in result.findings] == ["KL900"]

    def test_lines_that_the_parser_skipped(self) -> None:
        result = checked("a.py", self.UNUSED + 'keyring.set_password "a", "b"\n')
        assert [finding.code for finding in result.findings] == ["KL904"]
        result = checked("a.py", self.UNUSED + 'keyring.set_password "a", "b"\n', Settings(resolve([], ["KL904"])))
        assert result.findings == ()

    def test_without_suppressions(self) -> None:
        for comment in ("ignore[KL201] x", "ignore", "ignore[nonsense]", "ignore("):
            result = checked("a.py", PYTHON % f"{SET}  # keylint: {comment}", Settings(resolve([]), suppressions=False))
            assert [finding.code for finding in result.findings] == ["KL201"]
            assert not result.silenced

    def test_noqa_that_is_left_to_another(self) -> None:
        text = PYTHON % f"{SET}  # noqa: KL304, KL299"
        assert [finding.code for finding in checked("a.py", text).findings] == ["KL201", "KL901", "KL903"]
        assert [finding.code for finding in checked("a.py", text, Settings(resolve([]), noqa=False)).findings] == ["KL201"]


class TestReasons:
    REQUIRED = Settings(resolve([]), require_reason=True)

    @pytest.mark.parametrize(
        ("comment", "told"),
        [
            ("keylint: ignore[KL201] one user", []),
            ("keylint: ignore[KL201] - one user", []),
            ("keylint: ignore[KL201] #4711", []),
            ("keylint: ignore[KL201]", ["KL902"]),
            ("keylint: ignore[KL201] -", ["KL902"]),
            ("keylint: ignore[KL201] until=2099-01-01", ["KL902"]),
            ("keylint: ignore[KL201]  # noqa: E501", ["KL902"]),
            ("keylint: ignore one user", ["KL902"]),
            ("keylint: ignore", ["KL902"]),
            ("noqa: KL201 one user", []),
            ("noqa: KL201", ["KL902"]),
            ("noqa", ["KL902"]),
            ("noqa: E501, KL201", ["KL902"]),
        ],
    )
    def test_required(self, comment: str, told: list[str]) -> None:
        result = checked("a.py", PYTHON % f"{SET}  # {comment}", self.REQUIRED)
        assert [finding.code for finding in result.findings] == told

    @pytest.mark.parametrize("comment", ["noqa: E501", "noqa"])
    def test_is_nothing_that_is_asked_of_other_tools(self, comment: str) -> None:
        assert not checked("a.py", PYTHON % f"print()  # {comment}", self.REQUIRED).findings

    @pytest.mark.parametrize(
        ("comment", "reason"),
        [
            ("keylint: ignore[KL201] one user", "one user"),
            ("keylint: ignore[KL201]: one   user", "one user"),
            ("keylint: ignore[KL201] until=2099-01-01 one user", "one user"),
            ("keylint: ignore[KL201] one user, until=2099-01-01", "one user,"),
            ("keylint: ignore[KL201] see [1] until then", "see [1] until then"),
            ("keylint: ignore[KL201] one user  # noqa: E501", "one user"),
            ("keylint: ignore[KL201] one user  # type: ignore", "one user"),
            ("keylint: ignore[KL201] see #12 # really", "see #12 # really"),
            ("noqa: KL201 one user", "one user"),
            ("noqa: KL201  # one user", ""),
            ("keylint: ignore one user", "one user"),
        ],
    )
    def test_are_kept(self, comment: str, reason: str) -> None:
        (item,) = checked("a.py", PYTHON % f"{SET}  # {comment}").silenced
        assert (item.kind, item.reason) == ("comment", reason)

    def test_end_where_the_comment_does(self) -> None:
        text = TSX % "const a = <A>\n{/* keylint: ignore[KL111] a stub */}\n<B store={Store} />\n</A>"
        (item,) = checked("a.tsx", text).silenced
        assert item.reason == "a stub"


def test_a_severity_that_the_configuration_changes() -> None:
    settings = Settings(resolve([]), severities={"KL901": "info"})
    (finding,) = checked("a.py", TestSilence.UNUSED, settings).findings
    assert finding.severity == "info"


def test_the_code_around_a_comment_is_named() -> None:
    result = checked("a.swift", SWIFT % "return SecItemDelete(item) // keylint: ignore[KL101] x")
    assert [finding.symbol for finding in result.findings] == ["f"]


class TestFixes:
    """The text after the fixes of all findings about suppressions, for a text before."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("print()  # keylint: ignore[KL201] x", "print()"),
            ("print()  # keylint: ignore[KL201] x  ", "print()"),
            ("if t:\n    # keylint: ignore[KL201] x\n    print()", "if t:\n    print()"),
            ("if t:\n    print()\n    # keylint: ignore[KL201] x", "if t:\n    print()"),
            ("\n# keylint: ignore[KL201] x\n\nprint()", "\n\nprint()"),
            ("print()  # keylint: ignore[KL201] x  # noqa: E501", "print()  # noqa: E501"),
            ("print()  # noqa: E501  # keylint: ignore[KL201] x", "print()  # noqa: E501"),
            ("print()  # why not. keylint: ignore[KL201] x", "print()  # why not."),
            ("print()  # noqa: KL201", "print()"),
            ("print()  # noqa: KL201, E501", "print()  # noqa: E501"),
            ("print()  # noqa: E501,KL201,KL304,W503", "print()  # noqa: E501,W503"),
            ("print()  # noqa: KL201  # type: ignore", "print()  # type: ignore"),
            ("print()  # type: ignore # noqa: KL201", "print()  # type: ignore"),
            (f"{SET}  # keylint: ignore[KL201, KL304] x", f"{SET}  # keylint: ignore[KL201] x"),
            (f"{SET}  # keylint: ignore[KL304,KL603,KL201] x", f"{SET}  # keylint: ignore[KL201] x"),
            (f"{SET}  # keylint: ignore KL304 KL201 x", f"{SET}  # keylint: ignore KL201 x"),
            (f"{SET}  # keylint: ignore", f"{SET}  # keylint: ignore[KL201]"),
            (f"{SET}  # keylint: ignore one user", f"{SET}  # keylint: ignore[KL201] one user"),
            ("f(  # keylint: ignore[KL201] x\n    1)", "f(\n    1)"),
            ("f(\n    # keylint: ignore[KL201] x\n    1)", "f(\n    1)"),
        ],
    )
    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    def test_python(self, before: str, after: str, line_end: str) -> None:
        text = (PYTHON % before).replace("\n", line_end)
        assert mended("a.py", text) == (PYTHON % after).replace("\n", line_end)
        ast.parse(mended("a.py", text))

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("load() // keylint: ignore[KL101] x", "load()"),
            ("load() /* keylint: ignore[KL101] x */", "load()"),
            ("/* keylint: ignore[KL101] x */ load()", "load()"),
            ("load(/* keylint: ignore[KL101] x */ 1)", "load(1)"),
            ("load(1 /* keylint: ignore[KL101] x */)", "load(1 )"),
            ("typeof/* keylint: ignore[KL101] */load", "typeof load"),
            ("{\n\t// keylint: ignore[KL101] x\n\tload()\n}", "{\n\tload()\n}"),
            ("/*\n * keylint: ignore[KL101] x\n */\nload()", "load()"),
            ("/**\n * Loads.\n * keylint: ignore[KL101] x\n * @public\n */\nload()", "/**\n * Loads.\n * @public\n */\nload()"),
            ("/** Loads. keylint: ignore[KL101] x */\nload()", "/** Loads. */\nload()"),
            ("// eslint-disable-line a -- keylint: ignore[KL101] x", "// eslint-disable-line a --"),
            ("const a = <A>\n  {/* keylint: ignore[KL111] x */}\n  <B />\n</A>", "const a = <A>\n  <B />\n</A>"),
            ("const a = <A>\n  {\n    /* keylint: ignore[KL111] x */\n  }\n  <B />\n</A>", "const a = <A>\n  <B />\n</A>"),
            ("const a = <A>\n  <B /> {/* keylint: ignore[KL111] x */}\n</A>", "const a = <A>\n  <B />\n</A>"),
            ("const a = <A>one {/* keylint: ignore[KL111] x */} two</A>", "const a = <A>one  two</A>"),
            ("const a = <B\n  c={1} // keylint: ignore[KL111] x\n/>", "const a = <B\n  c={1}\n/>"),
        ],
    )
    @pytest.mark.parametrize("line_end", ["\n", "\r\n"])
    def test_typescript(self, before: str, after: str, line_end: str) -> None:
        text = (TSX % before).replace("\n", line_end)
        assert mended("a.tsx", text) == (TSX % after).replace("\n", line_end)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("return SecItemDelete(item) // keylint: ignore[KL101] x", "return SecItemDelete(item)"),
            ("// keylint: ignore[KL101] x\n  return SecItemDelete(item)", "return SecItemDelete(item)"),
            ("/* /* keylint: ignore[KL101] */ */\n  return SecItemDelete(item)", "/* /* */ */\n  return SecItemDelete(item)"),
            ("/// Deletes.\n  /// keylint: ignore[KL101] x\n  return SecItemDelete(item)", "/// Deletes.\n  return SecItemDelete(item)"),
            ("return SecItemAdd(item, nil) // keylint: ignore[KL103, KL101]", "return SecItemAdd(item, nil) // keylint: ignore[KL101]"),
        ],
    )
    def test_swift(self, before: str, after: str) -> None:
        mended_text = mended("a.swift", SWIFT % before)
        assert re.sub(r"\n +", "\n", mended_text) == re.sub(r"\n +", "\n", SWIFT % after)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (f"{TSX % ''}load() // keylint: ignore[KL101]", f"{TSX % ''}load()"),
            (f"{TSX % ''}load()\n// keylint: ignore[KL101]", f"{TSX % ''}load()"),
            (f"{TSX % ''}load()\r\n// keylint: ignore[KL101]", f"{TSX % ''}load()"),
            (f"{TSX % ''}load()\n// keylint: ignore[KL101]\n", f"{TSX % ''}load()\n"),
            ("// keylint: ignore-file[KL101]\nimport 'expo-secure-store'", "import 'expo-secure-store'"),
        ],
    )
    def test_the_end_of_the_file_stays_as_it_was(self, before: str, after: str) -> None:
        assert mended("a.ts", before) == after

    def test_what_would_join_two_statements_is_left(self) -> None:
        text = TSX % "load() /* keylint: ignore[KL101]\n*/ load()"
        assert mended("a.ts", text) == text

    @pytest.mark.parametrize(
        ("path", "text"), [(path, prelude + row.text + "\n") for path, prelude, table in TABLES.values() for row in table]
    )
    def test_nothing_but_comments_changes_in_the_table_of_placements(self, path: str, text: str) -> None:
        language = language_of(path) or ""
        after = mended(path, text)
        before, now = ([_shape(path, each, language) for each in (text, after)])
        assert before == now
        assert [finding.code for finding in checked(path, after).findings if finding.fix] == []


def _shape(path: str, text: str, language: str) -> str:
    """What the front end makes of a text, wherever it stands."""
    module = front_end(language).lower(Source(path, text.encode()), (b"",))
    return re.sub(r"Span\(start=\d+, end=\d+\)", "", repr(module))
