"""The pages on rules: one a rule, of what the rule says of itself, and the list of all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from keylint.rules.rule import Rule

LANGUAGES = {"swift": "Swift", "typescript": "TypeScript", "python": "Python"}
AREAS = {
    "accessibility": "Accessibility",
    "concurrency": "Concurrency",
    "outcomes": "Outcomes",
    "helpers": "Helpers",
    "desktop": "Desktop and command line",
    "linter": "The linter itself",
}
"""The folder of rules, and what its rules are about. One that is missing here is called by its own name."""


def spoken(languages: tuple[str, ...]) -> str:
    """Languages by the names that people use."""
    return ", ".join(LANGUAGES[language] for language in languages)


def table(codes: dict[str, str], folder: str) -> Iterator[str]:
    """A row for each of the rules, given by code and name, whose pages are in `folder`."""
    from keylint.rules.registry import groups, load

    yield "| code | name | severity | languages | reported is |"
    yield "|---|---|---|---|---|"
    of = groups()
    for code, name in codes.items():
        rule = load(code)
        facts = (f"[{code}]({folder}/{code}.md)", f"`{name}`", _severity(rule, of[code]), spoken(rule.languages), _summary(code))
        yield f"| {' | '.join(facts)} |"


def _summary(code: str) -> str:
    from keylint.rules.registry import page

    return page(code).splitlines()[0].rstrip(".")


def _severity(rule: Rule, group: str) -> str:
    return rule.severity if group == "default" else f"{rule.severity} ({group})"


def index() -> str:
    """The page that lists the rules, by area."""
    from keylint.rules.registry import codes

    names = codes()
    parts = [
        "# Rules",
        "Each rule has a page; `keylint explain CODE` prints the same text. The default group is on; `--select` and the\n"
        "[configuration](configuration.md) switch on others.",
    ]
    for area, found in groupby(names, area_of):
        parts += [f"## {AREAS.get(area, area)}", "\n".join(_short_table(found))]
    return "\n\n".join(parts) + "\n"


def _short_table(codes: Iterable[str]) -> Iterator[str]:
    """A row for each of the rules."""
    from keylint.rules.registry import groups, load

    yield "| rule | severity | reported is |"
    yield "|---|---|---|"
    of = groups()
    for code in codes:
        rule = load(code)
        yield f"| [{code}](rules/{code}.md) `{rule.name}` | {_severity(rule, of[code])} | {_summary(code)} |"


def pages() -> dict[str, str]:
    """Every rule's page, by file name."""
    from keylint.rules.registry import codes, groups, load, page

    of = groups()
    return {f"{code}.md": _page(code, name, of[code], load(code), page(code)) for code, name in codes().items()}


def area_of(code: str) -> str:
    """The folder that a rule is in."""
    from keylint.rules.registry import load

    return load(code).check.__module__.split(".")[2]


def _page(code: str, name: str, group: str, rule: Rule, text: str) -> str:
    facts = [
        f"Severity {rule.severity}; group {group}; {spoken(rule.languages)};",
        f"[what it reports and what it does not, case by case](../../fixtures/rules/{code}-{name}.md).",
    ]
    others = sorted(set(re.findall(r"\bKL\d{3}\b", text)) - {code})
    if others:
        facts.append(f"See also {', '.join(f'[{other}]({other}.md)' for other in others)}.")
    return f"# {code} {name}\n\n" + "\n".join(facts) + f"\n\n{beneath(text)}"


def beneath(text: str) -> str:
    """What a rule says, with its links to pages of the documentation as they are a folder further down."""
    return re.sub(r"(\]\()([\w-]+\.md)", r"\1../\2", text)
