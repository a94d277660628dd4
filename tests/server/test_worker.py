"""What the worker answers, and that it lets go of what has become useless."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from keylint.server.messages import Check, Checked, Failed, Misconfigured, Stopped, Text, Wanted, answer, packed, request
from keylint.server.worker import Worker, misconfigured

CODE = b"""import * as SecureStore from 'expo-secure-store';
export const save = (value: string) => SecureStore.setItemAsync('k', value);
"""


class Waiting:
    """Says that somebody waits from the n-th time on that it is asked."""

    def __init__(self, after: int = 1 << 30) -> None:
        self.asked = 0
        self._after = after

    def somebody(self) -> bool:
        self.asked += 1
        return self.asked > self._after


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "package.json").write_text("{}")
    for number in range(5):
        (tmp_path / f"{number}.ts").write_bytes(CODE)
    return tmp_path


def asked(root: Path, fresh: bool = False, wanted: Wanted | None = None) -> Check:
    text = Text(str(root / "0.ts"), CODE)
    return Check(str(root), "typescript", (text,), wanted or Wanted(), "utf-16", fresh)


def codes(answered: object) -> list[str]:
    assert isinstance(answered, Checked)
    return [report.code for reports in answered.reports.values() for report in reports]


def test_it_stops_wherever_it_is(root: Path) -> None:
    whole = Waiting()
    assert codes(Worker(1).answer(asked(root), whole)) == ["KL101"]
    assert whole.asked >= 10  # while reading, parsing and analyzing
    for after in range(whole.asked):
        worker, waiting = Worker(1), Waiting(after)
        assert isinstance(worker.answer(asked(root), waiting), Stopped)
        assert waiting.asked == after + 1
        again = Waiting()
        assert codes(worker.answer(asked(root), again)) == ["KL101"]
    # What was parsed before the last stop was not parsed again.
    assert again.asked < whole.asked


def test_what_did_not_change_is_kept_and_what_did_is_seen(root: Path) -> None:
    worker = Worker(1)
    first, second = Waiting(), Waiting()
    assert codes(worker.answer(asked(root), first)) == ["KL101"]
    (root / "keylint.toml").write_text('ignore = ["KL101"]\n')
    assert codes(worker.answer(asked(root), second)) == ["KL101"]
    assert second.asked < first.asked
    assert codes(worker.answer(asked(root, fresh=True), Waiting())) == []
    (root / "keylint.toml").write_text("ignore = 3\n")
    wrong = worker.answer(asked(root, fresh=True), Waiting())
    assert isinstance(wrong, Misconfigured)
    assert (wrong.file, wrong.line) == (str(root / "keylint.toml"), 1)
    (root / "keylint.toml").unlink()
    assert codes(worker.answer(asked(root), Waiting())) == ["KL101"]
    assert isinstance(worker.answer(asked(root, wanted=Wanted(select=("no-such",))), Waiting()), Misconfigured)


def test_a_file_on_the_disk_that_changes_unannounced_is_seen(root: Path) -> None:
    helper = b"import * as S from 'expo-secure-store';\nexport const store = (o: object) => S.setItemAsync('k', 'v', o);\n"
    (root / "0.ts").write_bytes(helper)
    for number in (2, 3, 4):
        (root / f"{number}.ts").unlink()
    caller = root / "1.ts"
    worker = Worker(1)

    def found() -> list[str]:
        text = Text(str(root / "0.ts"), helper)
        return codes(worker.answer(Check(str(root), "typescript", (text,), Wanted(), "utf-16"), Waiting()))

    for arguments, expected in (("{}", ["KL101"]), ("{keychainAccessible: S.WHEN_UNLOCKED_THIS_DEVICE_ONLY}", []), ("{}", ["KL101"])):
        imports = "import * as S from 'expo-secure-store';\nimport { store } from './0';\n"
        caller.write_text(f"{imports}export const f = () => store({arguments});\n")
        assert found() == expected


def test_a_failure_is_an_answer(root: Path) -> None:
    broken = Check(str(root), "no-such-language", (Text(str(root / "0.ts"), CODE),), Wanted(), "utf-16")
    answered = Worker(1).answer(broken, Waiting())
    assert isinstance(answered, Failed)
    assert "internal failure" in answered.message


def test_messages_survive_the_way(root: Path) -> None:
    message = asked(root)
    assert request(packed(message)[4:]) == message
    found = Worker(1).answer(message, Waiting())
    assert answer(packed(found)[4:]) == found


def test_where_a_configuration_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = tmp_path / "a: b:3: c"
    odd.mkdir()
    (odd / "keylint.toml").write_text("")
    shown = os.path.join("a: b:3: c", "keylint.toml")
    assert misconfigured(f"{shown}:7: unknown key: x") == Misconfigured("unknown key: x", str(odd / "keylint.toml"), 7)
    assert misconfigured(f"{shown}: not TOML: \x1b[1m") == Misconfigured("not TOML: \\u{1b}[1m", str(odd / "keylint.toml"))
    assert misconfigured("unknown rule 'x'") == Misconfigured("unknown rule 'x'")
