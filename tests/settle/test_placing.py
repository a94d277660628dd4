"""Where a suppression comment goes: it silences the finding, and the code keeps its meaning."""

from __future__ import annotations

import pytest

from keylint.check import analyze_sources
from keylint.findings import Edit, Finding
from keylint.program.nodes import Span
from keylint.rules.registry import resolve
from keylint.settings import Settings
from keylint.settle.placing import at_the_top, beside
from keylint.source import Source

SETTINGS = Settings(resolve(["all"]))


def placed(path: str, language: str, text: str, at: str, code: str = "KL101", everywhere: bool = False) -> str | None:
    """`text` with the comment for a finding about `at`, or `None`."""
    source = Source(path, text.encode())
    start = source.data.index(at.encode())
    finding = Finding(code, "", "", "", path, Span(start, start + len(at.encode())), "")
    edit = (at_the_top if everywhere else beside)(finding, source, language)
    return None if edit is None else edited(text, edit)


def edited(text: str, edit: Edit) -> str:
    data = text.encode()
    return (data[: edit.span.start] + edit.content.encode() + data[edit.span.end :]).decode()


@pytest.mark.parametrize(
    ("path", "language", "text", "at", "expected"),
    [
        ("a.swift", "swift", "f()\nadd(q)\n", "add(q)", "f()\nadd(q) // keylint: ignore[KL101]\n"),
        ("a.swift", "swift", "add(q)", "add(q)", "add(q) // keylint: ignore[KL101]"),
        ("a.swift", "swift", "add(q)\r\nf()\r\n", "add(q)", "add(q) // keylint: ignore[KL101]\r\nf()\r\n"),
        ("a.swift", "swift", "add(\n  q,\n  r)\n", "add(\n  q,\n  r)", "// keylint: ignore[KL101]\nadd(\n  q,\n  r)\n"),
        ("a.swift", "swift", "add(q) // why\n", "add(q)", "// keylint: ignore[KL101]\nadd(q) // why\n"),
        ("a.swift", "swift", "add(q) // keylint: ignore[KL201] so\n", "add(q)", "add(q) // keylint: ignore[KL101, KL201] so\n"),
        ("a.swift", "swift", 'add("""\n  q\n  """)\n', 'add("""\n  q\n  """)', '// keylint: ignore[KL101]\nadd("""\n  q\n  """)\n'),
        ("a.swift", "swift", "  add(q) /* one\n  two */\n", "add(q)", "  // keylint: ignore[KL101]\n  add(q) /* one\n  two */\n"),
        ("a.ts", "typescript", "add(`\n${q}\n`);\n", "add(`\n${q}\n`)", "// keylint: ignore[KL101]\nadd(`\n${q}\n`);\n"),
        ("a.ts", "typescript", "x(`\n${q}\n`);\n", "q", "x(`\n${/* keylint: ignore[KL101] */ q}\n`);\n"),
        (
            "a.tsx",
            "typescript",
            "const a = (\n  <View>\n    {add(q)} text\n  </View>\n);\n",
            "add(q)",
            "const a = (\n  <View>\n    {/* keylint: ignore[KL101] */}\n    {add(q)} text\n  </View>\n);\n",
        ),
        ("a.py", "python", "add(q)\n", "add(q)", "add(q)  # keylint: ignore[KL101]\n"),
        ("a.py", "python", "x = 1 + \\\n    add(q)\n", "x = 1 + \\\n    add(q)", "# keylint: ignore[KL101]\nx = 1 + \\\n    add(q)\n"),
        ("a.py", "python", 'add("""\nq\n""")\n', 'add("""\nq\n""")', '# keylint: ignore[KL101]\nadd("""\nq\n""")\n'),
        ("a.py", "python", "é = '😀'; add(q)   \n", "add(q)", "é = '😀'; add(q)  # keylint: ignore[KL101]\n"),
    ],
)
def test_beside(path: str, language: str, text: str, at: str, expected: str | None) -> None:
    assert placed(path, language, text, at) == expected


@pytest.mark.parametrize(
    ("path", "language", "text", "expected"),
    [
        ("a.swift", "swift", "f()\nadd(q)\n", "// keylint: ignore-file[KL101]\nf()\nadd(q)\n"),
        ("a.ts", "typescript", "f()\r\nadd(q)\r\n", "// keylint: ignore-file[KL101]\r\nf()\r\nadd(q)\r\n"),
        (
            "Package.swift",
            "swift",
            "// swift-tools-version:5.9\nadd(q)\n",
            "// swift-tools-version:5.9\n// keylint: ignore-file[KL101]\nadd(q)\n",
        ),
        ("a.js", "typescript", "#!/usr/bin/env node\nadd(q)\n", "#!/usr/bin/env node\n// keylint: ignore-file[KL101]\nadd(q)\n"),
        (
            "a.py",
            "python",
            "#!/usr/bin/env python\n# coding: utf-8\nadd(q)\n",
            "#!/usr/bin/env python\n# coding: utf-8\n# keylint: ignore-file[KL101]\nadd(q)\n",
        ),
    ],
)
def test_at_the_top(path: str, language: str, text: str, expected: str) -> None:
    assert placed(path, language, text, "add(q)", everywhere=True) == expected
    assert placed(path, language, text, "add(q)", "KL900", everywhere=True) == expected.replace("KL101", "KL900")


def test_what_was_placed_silences_the_linter() -> None:
    imports, call = b"import * as S from 'expo-secure-store';\n", b"S.setItemAsync(\n    'k',\n    v,\n  )"
    text = imports + b"export const f = async (v: string) => {\n  await " + call + b";\n};\n"
    for find in (beside, at_the_top):
        result = analyze_sources([("a.ts", text)], SETTINGS)
        (finding,) = (item for item in result.findings if item.code == "KL101")
        edit = find(finding, result.sources["a.ts"], "typescript")
        assert edit is not None
        again = analyze_sources([("a.ts", edited(text.decode(), edit).encode())], SETTINGS)
        assert "KL101" not in [item.code for item in again.findings]
        assert [item.finding.code for item in again.silenced] == ["KL101"]
