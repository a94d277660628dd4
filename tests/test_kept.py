"""What a check leaves to the next spares work and changes nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from keylint.analysis import Processes
from keylint.check import check_text, check_texts
from keylint.kept import Kept
from keylint.languages import language_of
from keylint.rules.registry import resolve
from keylint.settings import Settings

APPS = Path(__file__).parent.parent / "fixtures" / "apps"
SETTINGS = Settings(resolve(["all"]))
EVERY = 6


@pytest.mark.parametrize("app", ["swift-sessionkit", "expo-fieldnotes", "python-uploader"])
def test_findings_are_those_of_a_check_that_kept_nothing(app: str, tmp_path: Path) -> None:
    root = tmp_path / app
    shutil.copytree(APPS / app / "before", root)
    kept = Kept()
    compared = 0
    for file in sorted(root.rglob("*")):
        language = language_of(file.name)
        if language is None or file.name == "Package.swift":
            continue
        lines = file.read_bytes().splitlines(keepends=True)
        for gone in range(0, len(lines), EVERY):
            data = b"".join(lines[:gone] + lines[gone + 1 :])
            fresh = check_text(str(file), language, data, SETTINGS)
            again = check_texts({str(file): data}, language, SETTINGS, kept=kept)
            assert again.findings == fresh.findings
            assert again.incomplete == fresh.incomplete
            compared += len(fresh.findings)
    assert compared > 20


def test_several_texts_are_as_if_each_was_saved(tmp_path: Path) -> None:
    root = tmp_path / "app"
    shutil.copytree(APPS / "expo-fieldnotes" / "before", root)
    files = sorted(root.rglob("*.ts"))
    texts = {str(file): file.read_bytes().replace(b"'session.token'", b"'another.token'") + b"\n// edited\n" for file in files}
    together = check_texts(texts, "typescript", SETTINGS)
    for file in files:
        file.write_bytes(texts[str(file)])
    assert sorted({finding.path for finding in together.findings}) == sorted(texts)
    apart = [finding for file in files for finding in check_text(str(file), None, texts[str(file)], SETTINGS).findings]
    assert [*together.findings] == sorted(apart, key=lambda finding: (finding.path, finding.span, finding.code))


def test_a_file_is_parsed_again_only_when_its_bytes_are_others(tmp_path: Path) -> None:
    root = tmp_path / "app"
    shutil.copytree(APPS / "swift-sessionkit" / "before", root)
    text = root / "Sources" / "SessionKit" / "TokenStore.swift"
    kept = Kept()
    parsed: list[int] = []

    def step(doing: str, done: int, total: int) -> None:
        if doing == "Parsing":
            parsed.append(done)

    def check() -> int:
        parsed.clear()
        check_texts({str(text): text.read_bytes()}, "swift", SETTINGS, processes=Processes(1, step), kept=kept)
        return len(parsed)

    first = check()
    assert first >= 2
    assert check() == 0
    other = text.with_name("CredentialItem.swift")
    other.write_bytes(other.read_bytes() + b"\n")
    assert 1 <= check() < first
    assert check() == 0


def test_files_that_came_are_seen_when_the_list_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    helper = tmp_path / "helper.ts"
    helper.write_bytes(b"import * as S from 'expo-secure-store';\nexport const store = (o: object) => S.setItemAsync('k', 'v', o);\n")
    kept = Kept()

    def codes() -> list[str]:
        return [item.code for item in check_texts({str(helper): helper.read_bytes()}, "typescript", SETTINGS, kept=kept).findings]

    assert "KL101" not in codes()
    (tmp_path / "caller.ts").write_bytes(b"import { store } from './helper';\nexport const f = () => store({});\n")
    assert "KL101" not in codes()
    kept.listed = None
    assert "KL101" in codes()
