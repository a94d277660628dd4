"""Rules keep what the public catalogue of rules promises: codes, names, severities and groups."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from keylint.findings import SEVERITIES
from keylint.rules.registry import codes, groups, load
from keylint.rules.rule import GROUPS

PROMISED = {
    "KL101": ("missing-accessibility", "error", "default"),
    "KL102": ("conditional-accessibility", "warning", "default"),
    "KL103": ("leaves-device", "warning", "default"),
    "KL104": ("always-accessible", "error", "default"),
    "KL105": ("accessibility-in-search", "warning", "default"),
    "KL108": ("conflicting-attributes", "error", "default"),
    "KL110": ("missing-options", "warning", "default"),
    "KL111": ("options-cannot-reach", "warning", "default"),
    "KL112": ("unknown-accessibility", "error", "default"),
    "KL114": ("unintended-sync", "error", "default"),
    "KL115": ("class-not-controllable", "info", "strict"),
    "KL201": ("unserialized-delete-then-add", "error", "default"),
    "KL204": ("suspension-in-critical-section", "error", "default"),
    "KL205": ("ineffective-serialization", "error", "default"),
    "KL301": ("ignored-status", "warning", "default"),
    "KL303": ("floating-store-promise", "warning", "default"),
    "KL304": ("read-failure-destroys", "error", "default"),
    "KL601": ("any-application-access", "error", "default"),
    "KL602": ("secret-in-arguments", "error", "default"),
    "KL603": ("plaintext-keyring", "error", "default"),
    "KL604": ("legacy-keychain-api", "info", "default"),
    "KL605": ("plaintext-store", "error", "default"),
    "KL900": ("not-analyzed", "error", "default"),
    "KL904": ("partly-analyzed", "warning", "default"),
}
"""What users have in their configurations and suppressions."""

CATALOGUE = Path(__file__).parents[3] / "shared" / "RULES.md"


@pytest.mark.parametrize("code", codes())
def test_a_rule_says_what_its_file_says(code: str) -> None:
    rule = load(code)
    assert (rule.code, rule.name, rule.group) == (code, codes()[code], groups()[code])
    assert rule.severity in SEVERITIES
    assert rule.group in GROUPS
    assert rule.languages
    assert set(rule.languages) <= {"swift", "typescript", "python"}


@pytest.mark.parametrize("code", PROMISED)
def test_promises_are_kept(code: str) -> None:
    rule = load(code)
    assert (rule.name, rule.severity, rule.group) == PROMISED[code]


@pytest.mark.skipif(not CATALOGUE.exists(), reason="the written catalogue is not beside this checkout")
@pytest.mark.parametrize("code", codes())
def test_the_written_catalogue_agrees(code: str) -> None:
    row = re.search(rf"^\| {code} \| `([a-z0-9-]+)` \| (.*)$", CATALOGUE.read_text(encoding="utf-8"), re.M)
    assert row is not None
    rule = load(code)
    cells = [cell.strip() for cell in row[2].split("|")]
    assert (row[1], cells[0], cells[1]) == (rule.name, rule.severity, rule.group)
