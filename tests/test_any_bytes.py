"""No bytes crash a run: each file gives findings or says that it was not analyzed."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keylint.check import analyze_sources
from keylint.reports import json, text
from keylint.rules.registry import resolve
from keylint.settings import Settings

EVERYTHING = Settings(resolve(["all"]), "low")
WORDS = [b"SecItemAdd", b"kSecClass", b"import keyring", b"keyring.set_password", b"'expo-secure-store'", b"import * as S from"]
PIECES = [
    b"(",
    b")",
    b"[",
    b"]",
    b"{",
    b"}",
    b'"',
    b"'",
    b"`",
    b"\n",
    b"\r",
    b"\t",
    b"\\",
    b"#if os(iOS)",
    b"#",
    b"//",
    b"/*",
    b"*/",
    b" = ",
]
PIECES += [
    b"keylint: ignore[KL1]",
    b"# noqa",
    b"let q",
    b"def f():",
    b"await ",
    b".x",
    b"\xff",
    b"\x00",
    b"\xef\xbb\xbf",
    "é😀\u202e".encode(),
]
MESS = st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(PIECES), st.binary(max_size=4)), max_size=40).map(b"".join)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(MESS, st.sampled_from(["a.swift", "a.tsx", "a.ts", "a.js", "a.py"]))
def test_no_bytes_crash_a_run(data: bytes, path: str) -> None:
    result = analyze_sources([(path, data)], EVERYTHING)
    internal = [finding.message for finding in result.incomplete if "internal failure" in finding.message]
    assert not internal
    shown = text.full(result.findings, result.sources) + text.concise(result.findings, result.sources)
    assert not set(shown) & set("\x00\r\t\x1b\u202e")
    json.diagnostics(result.findings, result.sources)
