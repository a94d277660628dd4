"""JUnit and Checkstyle: their structure, and that nothing breaks out of the XML."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from xml.etree import ElementTree

from junitparser import JUnitXml

from keylint.reports import checkstyle, junit
from keylint.reports.xml import legal
from programs import called
from report_cases import HOSTILE, SAVE, UNDECODABLE, everything, finding, run_of, span, write
from test_cli import run


class TestJUnit:
    def test_outcomes(self) -> None:
        read = JUnitXml.fromstring(junit.report(everything()).encode())
        outcomes = [(suite.name, case.name, [type(item).__name__ for item in case.result]) for suite in read for case in suite]
        assert outcomes == [
            ("a.swift", "KL101 missing-accessibility in TokenStore.save", ["Failure"]),
            ("a.swift", "KL103 leaves-device", ["Failure"]),
            ("b c/é%#.swift", "KL109 update-keeps-class", ["Skipped"]),
            ("unread.swift", "KL900 not-analyzed", ["Error"]),
        ]
        assert (read.tests, read.failures, read.skipped, read.errors) == (4, 2, 1, 1)

    def test_places(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"sub/é&<.swift": SAVE, ".git/HEAD": ""})
        read = ElementTree.fromstring(run("check", "--output-format", "junit", cwd=tree / "sub").stdout.encode())
        [case] = read.iter("testcase")
        assert (case.get("file"), case.get("classname"), case.get("line")) == ("sub/é&<.swift", "sub/é&<.swift", "4")
        failure = case.find("failure")
        assert failure is not None
        assert failure.get("type") == "error"
        assert failure.text is not None
        assert failure.text.startswith("sub/é&<.swift:4:20: KL101 `SecItemAdd` stores ")

    def test_a_clean_run_is_a_test_that_passed(self) -> None:
        [suite] = JUnitXml.fromstring(junit.report(run_of([])).encode())
        [case] = suite
        assert (case.is_passed, case.name) == (True, "no findings")

    def test_names_do_not_repeat(self) -> None:
        read = JUnitXml.fromstring(junit.report(run_of([finding(), finding(where=span("SecItemDelete"))])).encode())
        assert [case.name for suite in read for case in suite] == ["KL101 missing-accessibility", "KL101 missing-accessibility (2)"]

    def test_a_viewer_reads_it(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"sa ve.swift": SAVE, "broken.swift": UNDECODABLE})
        run("check", ".", "--output-file", "junit=report.xml", cwd=tree)
        viewer = os.path.join(os.path.dirname(sys.executable), "junit2html")
        done = called(viewer, tree / "report.xml", tree / "report.html")
        assert done.returncode == 0, done.stderr
        page = (tree / "report.html").read_text(encoding="utf-8")
        assert "sa ve.swift:4:20: KL101" in page
        assert "broken.swift:1:1: KL900 Not analyzed" in page


class TestCheckstyle:
    def test_files_and_errors(self, tmp_path: Path) -> None:
        tree = write(tmp_path, {"sub/é&<.swift": SAVE, ".git/HEAD": "", "x/y": ""})
        read = ElementTree.fromstring(run("check", "../sub", "--output-format", "checkstyle", cwd=tree / "x").stdout.encode())
        assert (read.tag, read.get("version")) == ("checkstyle", "4.3")
        [file] = read
        [error] = file
        assert (file.tag, file.get("name"), error.tag) == ("file", "../sub/é&<.swift", "error")
        given = {name: error.get(name) for name in ("line", "column", "severity", "source")}
        assert given == {"line": "4", "column": "20", "severity": "error", "source": "keylint.KL101"}
        assert str(error.get("message")).startswith("`SecItemAdd` stores ")

    def test_severities(self) -> None:
        read = ElementTree.fromstring(checkstyle.report(everything()).encode())
        assert [error.get("severity") for error in read.iter("error")] == ["error", "warning", "info", "error"]
        assert [file.get("name") for file in read] == ["a.swift", "b c/é%#.swift", "unread.swift"]

    def test_nothing_found(self) -> None:
        assert len(ElementTree.fromstring(checkstyle.report(run_of([])).encode())) == 0


def test_every_character_survives_or_is_shown() -> None:
    every = "".join(map(chr, range(0x300))) + "\ud800\ufffe\uffff😀" + HOSTILE
    made = run_of([finding(message=every)])
    error = ElementTree.fromstring(checkstyle.report(made).encode()).find("file/error")
    failure = ElementTree.fromstring(junit.report(made).encode()).find("testsuite/testcase/failure")
    assert error is not None
    assert failure is not None
    assert str(error.get("message")).startswith(legal(every))
    assert failure.get("message") == legal(every)
    assert "\\u{0}" in legal(every)
    assert "\\u{ffff}" in legal(every)
