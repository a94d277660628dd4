"""The small apps under fixtures/apps: their defects are found where `findings.txt` says, and their repaired form is clean."""

from __future__ import annotations

from pathlib import Path

import pytest

from keylint.check import check_paths
from keylint.rules import registry
from keylint.settings import Settings

APPS = sorted(path.parent for path in (Path(__file__).parent.parent / "fixtures" / "apps").glob("*/findings.txt"))


def _findings(directory: Path) -> list[str]:
    result = check_paths([str(directory)], Settings(codes=registry.resolve([])))
    found = []
    for finding in result.findings:
        row = result.sources[finding.path].data.count(b"\n", 0, finding.span.start) + 1
        found.append(f"{Path(finding.path).relative_to(directory).as_posix()}:{row} {finding.code}")
    return found


def test_there_is_an_app_in_each_language() -> None:
    assert [app.name.split("-")[0] for app in APPS] == ["expo", "python", "swift"]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_defects_are_found(app: Path) -> None:
    assert _findings(app / "before") == (app / "findings.txt").read_text().splitlines()


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.name)
def test_the_repair_is_clean(app: Path) -> None:
    assert _findings(app / "after") == []
