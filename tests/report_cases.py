"""Runs to report on: trees of files that are checked, and results made by hand."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from keylint.check import Result
from keylint.findings import BASE, BASELINE, COMMENT, Edit, Finding, Fix, Related, Silenced
from keylint.program.nodes import Span
from keylint.reports.places import Places
from keylint.reports.run import Run
from keylint.source import Source

SAVE = """import Security
func save(_ d: Data) {
  let q: [String: Any] = [kSecClass as String: kSecClassGenericPassword, kSecValueData as String: d]
  let s = "😀é"; if SecItemAdd(q as CFDictionary, nil) != errSecSuccess { fatalError(s) }
}
"""
"""A finding after characters that every way of counting counts differently."""

LOAD = "import * as SecureStore from 'expo-secure-store';\nexport const load = async () => await SecureStore.getItemAsync('k');\n"
REVIEWED = LOAD.replace("('k');", "('k'); // keylint: ignore[KL110] reviewed, \"twice\" & <gladly>")
NOQA = """import keyring


def save(value):
    try:
        keyring.get_password("a", "b")
    except Exception:
        keyring.set_password("a", "b", value)  # noqa: KL304
"""
UNDECODABLE = b"// \xff\nimport Security\nlet a = kSecClass\n"
HOSTILE = "x\u001b[2J##vso[task.setvariable variable=a]b ##[add-matcher]c ::error::d %0A::set-env name=A::e\n::f::\r]]>&<\ufffe[g](https://h.example){0}"
"""What would steer a terminal, a CI system or a parser."""

CODE = f"let s = \"😀é\"; SecItemAdd(q, nil)\nSecItemDelete(/* {HOSTILE} */ q,\n nil)\n"


def span(text: str, code: str = CODE) -> Span:
    start = code.encode().index(text.encode())
    return Span(start, start + len(text.encode()))


def finding(path: str = "a.swift", where: Span | None = None, **changes: object) -> Finding:
    facts: dict[str, object] = {
        "code": "KL101",
        "name": "missing-accessibility",
        "severity": "error",
        "confidence": "high",
        "message": "`SecItemAdd` stores it",
        "remedy": "Name a class",
        **changes,
    }
    return Finding(path=path, span=where or span("SecItemAdd(q, nil)"), **facts)  # type: ignore[arg-type]


UNREAD = finding(
    "unread.swift", Span(0, 0), code="KL900", name="not-analyzed", message="Not analyzed, so nothing is known", remedy="Repair it."
)


def run_of(
    findings: Sequence[Finding],
    silenced: Sequence[Silenced] = (),
    incomplete: Sequence[Finding] = (),
    root: str | None = None,
    status: int = 1,
) -> Run:
    paths = {item.path for item in (*findings, *(one.finding for one in silenced))} - {UNREAD.path}
    sources = {path: Source(path, CODE.encode()) for path in paths}
    result = Result(tuple(findings), sources, tuple(silenced), tuple(incomplete), len(paths), len(paths))
    return Run(result, Places(os.getcwd() if root is None else root), status)


def everything() -> Run:
    """All that a report can have to say."""
    related = (
        Related("a.swift", span("SecItemDelete"), "deleted here"),
        Related("b c/é%#.swift", span("SecItemAdd"), "called [here](9) with \\"),
    )
    fix = Fix("Name a class", "unsafe", (Edit(Span(0, 0), "// é\n"), Edit(span("nil)\n"), "")))
    long = Span(span("SecItemDelete").start, len(CODE.encode()) - 1)
    found = [
        finding(symbol="TokenStore.save", related=related, reasons=("no path sets it",), fix=fix),
        finding(where=long, severity="warning", code="KL103", name="leaves-device", message=HOSTILE, remedy=""),
        finding("b c/é%#.swift", severity="info", code="KL109", name="update-keeps-class", message="kept.", remedy=HOSTILE),
    ]
    quiet = [
        Silenced(finding(where=span("SecItemDelete")), COMMENT, "reviewed"),
        Silenced(finding(where=span("q, nil)")), COMMENT),
        Silenced(finding(where=span("nil)")), BASELINE),
        Silenced(finding(where=span("let s")), BASE),
    ]
    return run_of(found, quiet, [UNREAD], status=3)


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root
