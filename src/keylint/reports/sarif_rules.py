"""What SARIF says of every rule: those that did not report stand there as well, so that a viewer knows what was looked for."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from keylint.rules.registry import codes, groups, load, page
from keylint.rules.rule import DEFAULT

if TYPE_CHECKING:
    from keylint.rules.rule import Rule

LEVELS = {"error": "error", "warning": "warning", "info": "note"}
"""The level of each severity."""

_PROBLEMS = {"error": "error", "warning": "warning", "info": "recommendation"}
_SCORES = {"error": "7.5", "warning": "5.0", "info": "3.0"}
"""GitHub shows these as high, medium and low."""

_OWN = "KL9"
"""What rules about the run itself begin with. They tell of no weakness of the code, so they have no score."""

_WHAT = re.compile(r"^## What it does\n+(.*?)\n+## ", re.DOTALL | re.MULTILINE)


def rules() -> list[dict[str, Any]]:
    """Every rule, in the order of codes. One that cannot be loaded has reported nothing but its failure, and is left out."""
    found = []
    for code in codes():
        with suppress(Exception):
            found.append(_rule(load(code), groups()[code], page(code)))
    return found


def _rule(rule: Rule, group: str, text: str) -> dict[str, Any]:
    summary = text.splitlines()[0]
    what = _WHAT.search(text)
    security = not rule.code.startswith(_OWN)
    properties: dict[str, Any] = {
        "tags": ["security" if security else "analysis", group, *rule.languages],
        "precision": "high" if group == DEFAULT else "medium",
        "problem.severity": _PROBLEMS[rule.severity],
    }
    if security:
        properties["security-severity"] = _SCORES[rule.severity]
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": summary},
        "fullDescription": {"text": summary if what is None else " ".join(what[1].split())},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"enabled": group == DEFAULT, "level": LEVELS[rule.severity]},
        "properties": properties,
    }
