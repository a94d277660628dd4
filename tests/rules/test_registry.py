"""Which rules there are, what a selection means, and that one rule's failure hides no other."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from seen import APPLE, event, rows

from keylint.interpret.events import Observations
from keylint.rules import registry
from keylint.rules.registry import UnknownSelector, code_of, codes, groups, judge, load, page, resolve
from keylint.rules.rule import Draft, Rule

ACCESSIBILITY = {code for code in codes() if code.startswith("KL1")}


def test_codes_are_in_order_and_named_after_files() -> None:
    assert list(codes()) == sorted(codes())
    assert codes()["KL101"] == "missing-accessibility"
    assert groups()["KL101"] == "default"


@pytest.mark.parametrize(
    ("selectors", "ignores", "expected"),
    [
        (["KL101"], [], {"KL101"}),
        (["kl101"], [], {"KL101"}),
        (["missing-accessibility"], [], {"KL101"}),
        ([" Missing-Accessibility "], [], {"KL101"}),
        (["KL1"], [], ACCESSIBILITY),
        ([" KL1 "], ["KL11"], {code for code in ACCESSIBILITY if not code.startswith("KL11")}),
        (["KL1"], ["accessibility-in-search"], ACCESSIBILITY - {"KL105"}),
        (["KL101"], ["KL1"], {"KL101"}),
        (["KL101"], ["KL101"], set()),
        (["all"], sorted({code[:3] for code in codes()} - {"KL1"}), ACCESSIBILITY),
    ],
)
def test_the_narrower_selector_wins(selectors: list[str], ignores: list[str], expected: set[str]) -> None:
    assert resolve(selectors, ignores) == expected


def test_no_selector_is_the_default_group() -> None:
    assert resolve([]) == resolve(["default"]) == {code for code, group in groups().items() if group == "default"}
    assert resolve([], ["KL101"]) == resolve([]) - {"KL101"}
    assert resolve(["all"]) == set(codes())
    assert resolve(["strict"]) == {code for code, group in groups().items() if group == "strict"}


@pytest.mark.parametrize(
    ("selector", "suggestion"),
    [
        ("missing-accesibility", "missing-accessibility"),
        ("options-cant-reach", "options-cannot-reach"),
        ("strickt", "strict"),
        ("quite something else", ""),
        ("", ""),
        ("K", ""),
    ],
)
def test_unknown_selectors_are_refused_with_a_suggestion(selector: str, suggestion: str) -> None:
    for selectors, ignores in (([selector], []), ([], [selector])):
        with pytest.raises(UnknownSelector) as caught:
            resolve(selectors, ignores)
        assert caught.value.suggestion == suggestion
        assert ("did you mean" in str(caught.value)) is bool(suggestion)


def test_a_code_by_either_name() -> None:
    assert code_of("kl201") == code_of("Unserialized-Delete-Then-Add") == "KL201"
    with pytest.raises(UnknownSelector):
        code_of("KL2")


def test_folders_named_after_a_group_put_their_rules_there(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    root = str(tmp_path)
    for name in ("room/kl701_one.py", "room/strict/kl702_two.py", "contracts/kl703_three.py", "contracts/default/kl704_four_of_them.py"):
        os.makedirs(os.path.dirname(os.path.join(root, name)), exist_ok=True)
        open(os.path.join(root, name), "w").close()
    found: dict[str, registry.Entry] = {}
    registry._collect(root, "p", "default", found)
    assert {code: (entry.name, entry.group, entry.module) for code, entry in found.items()} == {
        "KL701": ("one", "default", "p.room.kl701_one"),
        "KL702": ("two", "strict", "p.room.strict.kl702_two"),
        "KL703": ("three", "contracts", "p.contracts.kl703_three"),
        "KL704": ("four-of-them", "default", "p.contracts.default.kl704_four_of_them"),
    }


def test_findings_are_sorted_and_a_failing_rule_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(observations: Observations) -> Iterator[Draft]:
        raise KeyError("broken")

    rule = load("KL104")
    replaced = Rule(rule.code, rule.name, rule.severity, rule.group, rule.languages, broken)
    monkeypatch.setattr(sys.modules["keylint.rules.accessibility.kl104_always_accessible"], "RULE", replaced)
    observations = Observations((event(APPLE, "SecItemAdd", 2, outcome="discarded"), event(APPLE, "SecItemAdd", 1)))
    judgement = judge(observations, ["KL301", "KL104", "KL101"])
    assert [(finding.code, finding.span.start) for finding in judgement.findings] == [("KL101", 100), ("KL101", 200), ("KL301", 200)]
    assert rows(judgement.findings) == [1, 2, 2]
    assert [(failure.code, repr(failure.error)) for failure in judgement.failures] == [("KL104", "KeyError('broken')")]


def test_nothing_seen_nothing_found() -> None:
    assert judge(Observations(), list(codes())) == ([], [])


def test_choosing_rules_imports_none() -> None:
    program = (
        "import sys; from keylint.rules.registry import resolve; resolve(['all'], ['strict', 'KL1']);"
        "print([name for name in sys.modules if '.kl' in name or name in ('difflib', 'keylint.interpret.events')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("code", codes())
def test_every_rule_has_a_page(code: str) -> None:
    text = page(code)
    summary, _, rest = text.partition("\n")
    assert summary.endswith("."), summary
    assert len(summary) <= 120
    assert rest.startswith("\n")
    headings = [line for line in text.splitlines() if line.startswith("#")]
    known = ["## What it does", "## Why is this bad?", "## Example", "## Fix safety", "## References"]
    assert [heading for heading in headings if heading != "## Example"] == [heading for heading in known if heading != "## Example"]
    assert headings == [heading for heading in known if heading in headings]
    assert text.count("```") % 2 == 0
