"""The shape that programs read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from keylint.findings import Edit, Finding, Fix, Related
from keylint.program.nodes import Span
from keylint.reports.json import diagnostics
from keylint.source import Source

DATA = "const é = '😀';\nsave(é)\n".encode()
SPAN = Span(DATA.index(b"save"), len(DATA) - 1)


def one(**changes: object) -> Finding:
    facts: dict[str, object] = {
        "code": "KL101",
        "name": "missing-accessibility",
        "severity": "error",
        "confidence": "medium",
        "path": "a.ts",
        "span": SPAN,
        "message": "m",
    }
    return Finding(**{**facts, **changes})  # type: ignore[arg-type]


def test_a_diagnostic() -> None:
    related = Related("a.ts", Span(len("const é = ".encode()), len("const é = '😀'".encode())), "made here")
    fix = Fix("Name a class", "unsafe", (Edit(Span(SPAN.end - 1, SPAN.end - 1), ", {}"),))
    shown = diagnostics([one(remedy="r", reasons=("because",), related=(related,), fix=fix)], {"a.ts": Source("a.ts", DATA)})
    assert shown.isascii()
    assert json.loads(shown) == [
        {
            "cell": None,
            "code": "KL101",
            "name": "missing-accessibility",
            "message": "m",
            "filename": os.path.abspath("a.ts"),
            "location": {"row": 2, "column": 1},
            "end_location": {"row": 2, "column": 8},
            "severity": "error",
            "confidence": "medium",
            "fix": {
                "applicability": "unsafe",
                "message": "Name a class",
                "edits": [{"content": ", {}", "location": {"row": 2, "column": 7}, "end_location": {"row": 2, "column": 7}}],
            },
            "noqa_row": 2,
            "url": None,
            "reasons": ["because"],
            "remedy": "r",
            "related": [
                {
                    "filename": os.path.abspath("a.ts"),
                    "location": {"row": 1, "column": 11},
                    "end_location": {"row": 1, "column": 14},
                    "message": "made here",
                }
            ],
        }
    ]


def test_no_findings_are_an_empty_array() -> None:
    assert json.loads(diagnostics([], {})) == []


def test_a_file_without_text() -> None:
    shown = json.loads(diagnostics([one(span=Span(0, 0))], {}))[0]
    assert (shown["location"], shown["noqa_row"]) == ({"row": 1, "column": 1}, None)


def test_a_name_that_is_not_text_stays_valid_json() -> None:
    shown = diagnostics([one(path="a\udcff.ts")], {})
    assert "\\ud" not in shown
    assert json.loads(shown)[0]["filename"].endswith("a?.ts")


def test_every_key_of_ruff_is_there_with_its_type(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import os\n")
    command = [os.path.join(os.path.dirname(sys.executable), "ruff"), "check", "--isolated", "--output-format", "json", "a.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    theirs = json.loads(done.stdout)[0]
    fix = Fix("x", "safe", (Edit(SPAN, ""),))
    ours = json.loads(diagnostics([one(fix=fix)], {"a.ts": Source("a.ts", DATA)}))[0]
    assert set(theirs) <= set(ours)
    assert set(theirs["fix"]) == set(ours["fix"])
    assert set(theirs["fix"]["edits"][0]) == set(ours["fix"]["edits"][0])
    assert {key: type(value) for key, value in theirs.items() if key != "url"} == {key: type(ours[key]) for key in theirs if key != "url"}
