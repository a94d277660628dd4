"""Which rules there are, which of them a selection means, and running them.

Everything about a rule that a selection needs is in its file's place: `accessibility/kl101_missing_accessibility.py` is KL101,
`missing-accessibility`, of the default group; a folder called after another group (`accessibility/strict/`) puts its rules there.
So a rule is one file, and choosing rules imports none of them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from keylint.rules.rule import DEFAULT, GROUPS

if TYPE_CHECKING:
    from keylint.findings import Finding
    from keylint.interpret.events import Observations
    from keylint.rules.rule import Rule

ALL = "all"
"""The selector of every rule."""


class UnknownSelector(ValueError):
    """A selector that is no code, prefix, name or group. `suggestion` is the nearest one that is, or empty."""

    def __init__(self, selector: str, suggestion: str) -> None:
        hint = f"; did you mean {suggestion!r}?" if suggestion else ""
        super().__init__(f"unknown rule {selector!r}{hint}")
        self.selector = selector
        self.suggestion = suggestion


class Entry(NamedTuple):
    """A rule as its file's place describes it."""

    code: str
    name: str
    group: str
    module: str


class Failure(NamedTuple):
    """A rule that raised: what it would have found is not known."""

    code: str
    error: Exception


class Judgement(NamedTuple):
    """What the rules found, sorted by path, place and code, and the rules that could not finish."""

    findings: list[Finding]
    failures: list[Failure]


def codes() -> dict[str, str]:
    """Every code with its name, in the order of codes."""
    return {code: entry.name for code, entry in _entries().items()}


def groups() -> dict[str, str]:
    """Every code with its group, in the order of codes."""
    return {code: entry.group for code, entry in _entries().items()}


def load(code: str) -> Rule:
    """The rule of a code that `codes` has."""
    rule: Rule = import_module(_entries()[code].module).RULE
    return rule


def page(code: str) -> str:
    """The rule's page for users, in Markdown."""
    return (import_module(_entries()[code].module).__doc__ or "").strip() + "\n"


def code_of(selector: str) -> str:
    """The code that a code or a name means. Raises `UnknownSelector`."""
    wanted = selector.strip()
    for code, entry in _entries().items():
        if wanted.upper() == code or wanted.lower() == entry.name:
            return code
    raise UnknownSelector(wanted, _nearest(wanted, [*_entries(), *codes().values()]))


def resolve(selectors: Iterable[str], ignores: Iterable[str] = ()) -> frozenset[str]:
    """The codes that `selectors` (none: the default group) mean, without those that `ignores` mean.

    The narrower of two selectors wins, so that `resolve(["KL101"], ["KL1"])` keeps KL101; of equally narrow ones the ignore does.
    Raises `UnknownSelector`.
    """
    chosen: dict[str, int] = {}
    dropped: dict[str, int] = {}
    for target, wanted in ((chosen, tuple(selectors) or (DEFAULT,)), (dropped, tuple(ignores))):
        for selector in wanted:
            narrowness, meant = meaning(selector)
            for code in meant:
                target[code] = max(narrowness, target.get(code, 0))
    return frozenset(code for code, narrowness in chosen.items() if narrowness > dropped.get(code, -1))


def judge(observations: Observations, selected: Collection[str]) -> Judgement:
    """Runs the rules of the codes `selected`. A rule that raises is named in `failures` and hides no other."""
    findings: list[Finding] = []
    failures: list[Failure] = []
    if observations.events or observations.destructive_calls or observations.references or observations.commands:
        for code in sorted(selected):
            try:
                findings.extend(load(code).findings(observations))
            except Exception as error:
                failures.append(Failure(code, error))
    findings.sort(key=lambda finding: (finding.path, finding.span, finding.code, finding.message))
    return Judgement(findings, failures)


def meaning(selector: str) -> tuple[int, list[str]]:
    """How narrow a selector is (a greater number is narrower), and the codes it means. Raises `UnknownSelector`."""
    entries = _entries()
    selector = selector.strip()
    upper, lower = selector.upper(), selector.lower()
    if lower == ALL:
        return 0, list(entries)
    if lower in GROUPS:
        return 1, [code for code, entry in entries.items() if entry.group == lower]
    by_name = [code for code, entry in entries.items() if entry.name == lower]
    if by_name:
        return len(by_name[0]), by_name
    by_prefix = [code for code in entries if code.startswith(upper)] if len(upper) > 1 else []
    if by_prefix:
        return len(upper), by_prefix
    raise UnknownSelector(selector, _nearest(selector, [*entries, *codes().values(), *GROUPS, ALL]))


def _nearest(word: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # only a mistake needs it

    spelled = {candidate.lower(): candidate for candidate in known}
    found = get_close_matches(word.lower(), spelled, n=1, cutoff=0.6)
    return spelled[found[0]] if found else ""


@cache
def _entries() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    _collect(os.path.dirname(os.path.abspath(__file__)), __name__.rpartition(".")[0], DEFAULT, found)
    return dict(sorted(found.items()))


def _collect(folder: str, package: str, group: str, found: dict[str, Entry]) -> None:
    with os.scandir(folder) as items:
        for item in items:
            if item.name.startswith("kl") and item.name.endswith(".py"):
                module = item.name[:-3]
                code, _, name = module.partition("_")
                found[code.upper()] = Entry(code.upper(), name.replace("_", "-"), group, f"{package}.{module}")
            elif item.is_dir() and item.name.isidentifier() and not item.name.startswith("__"):
                inner = item.name if item.name in GROUPS else group
                _collect(item.path, f"{package}.{item.name}", inner, found)
