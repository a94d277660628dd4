"""What is wrong with suppression comments themselves: they do nothing (KL901), say too little (KL902), or name no rule (KL903)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from keylint.findings import Edit, Finding, Fix, Related
from keylint.program.nodes import Span
from keylint.settle.directives import NOQA, Item
from keylint.settle.suppressions import OWN, names

if TYPE_CHECKING:
    from keylint.settle.suppressions import Demands, Suppression, Uses
    from keylint.source import Source

UNUSED, BLANKET, UNKNOWN = OWN

_NEAR = 10
"""Lines from a comment in which a finding may be the one that it was meant for."""
_SAID = 10
"""Unknown codes of one comment that are told one by one."""
_SHOWN = 40


def complaints(
    source: Source, found: Sequence[Suppression], uses: Uses, demands: Demands, heard: Sequence[Finding]
) -> list[Finding]:
    """What is wrong with the suppressions `found`, as far as it is not about their being used against these rules themselves."""
    told = [finding for suppression in found for finding in _Judge(source, suppression, uses, demands).complaints(heard)]
    return [finding for finding in told if finding.code in demands.selected]


def idle(source: Source, found: Sequence[Suppression], uses: Uses, demands: Demands) -> list[Finding]:
    """Which of them are against these rules and suppress nothing. A comment cannot suppress this."""
    if UNUSED not in demands.selected:
        return []
    return [finding for suppression in found for finding in _Judge(source, suppression, uses, demands).idle()]


class _Judge:
    """Judges one suppression."""

    def __init__(self, source: Source, suppression: Suppression, uses: Uses, demands: Demands) -> None:
        self._source = source
        self._suppression = suppression
        self._uses = uses
        self._demands = demands
        items = suppression.directive.items or ()
        # Codes of other tools are in brackets of ours by mistake, in a `noqa` by right.
        ours = [item for item in items if suppression.directive.kind != NOQA or item.text.upper().startswith("KL")]
        self._meant = {item: _meant(item.text) for item in ours}
        self._unknown = [item for item in ours if not self._meant[item]]

    def complaints(self, heard: Sequence[Finding]) -> Iterator[Finding]:
        directive = self._suppression.directive
        if directive.problem:
            message = f"This comment suppresses nothing: {directive.problem}"
            remedy = "Write keylint: ignore[CODE] and the reason, with until=YYYY-MM-DD before it if it is to expire."
            yield self._finding(UNUSED, self._span(directive.start, directive.end), message, remedy)
            return
        unused = self._unused_items(own=False)
        whole = self._is_unused_blanket() or (bool(unused) and len(unused) == len(directive.items or ()))
        if whole or unused:
            yield self._unused(unused, whole, heard)
        if self._suppression.expired:
            return
        if not whole:
            yield from self._too_little()
        for item in self._unknown[:_SAID]:
            yield self._unknown_code(item)

    def idle(self) -> Iterator[Finding]:
        directive = self._suppression.directive
        if unused := self._unused_items(own=True):
            whole = len(unused) == len(directive.items or ())
            yield self._unused(unused, whole, ())

    def _unused_items(self, own: bool) -> list[Item]:
        """Those that matched nothing, though every rule that they mean was there to be matched. With `own`, those about these rules."""
        items = self._suppression.directive.items or ()
        wanted = self._demands.selected if own else self._demands.ran
        return [
            item
            for index, item in enumerate(items)
            if (meant := self._meant.get(item))
            and (meant <= frozenset(OWN)) is own
            and meant <= wanted
            and (not own or self._demands.ran)
            and not self._uses.has(self._suppression, index)
        ]

    def _is_unused_blanket(self) -> bool:
        from keylint.rules.registry import codes

        directive = self._suppression.directive
        if directive.items is not None or directive.kind == NOQA or self._uses.has(self._suppression, 0):
            return False
        return set(codes()) - set(OWN) <= self._demands.ran

    def _unused(self, items: Sequence[Item], whole: bool, heard: Sequence[Finding]) -> Finding:
        from keylint.settle.removal import fewer, removal

        directive = self._suppression.directive
        listed = _listed([item.text for item in items])
        where = "in this file" if self._suppression.whole_file else "where this comment counts"
        verb = "is" if len(items) == 1 else "are"
        if whole:
            message = f"Nothing is suppressed here: {f'{listed} {verb} not' if items else 'nothing is'} reported {where}"
            remedy = "Delete the comment: left alone, it would hide what is found here later."
            span = self._span(directive.start, directive.head)
            edits = removal(self._source, self._suppression)
        else:
            message = f"{listed} {verb} not reported {where}"
            remedy = f"Delete {'the code' if len(items) == 1 else 'these codes'} from the comment."
            span = self._span(items[0].start, items[-1].end)
            edits = fewer(self._source, self._suppression, items)
        if self._suppression.expired:
            message += f", and the suppression expired on {directive.until}"
        fix = Fix(remedy.partition(":")[0].rstrip("."), "safe", tuple(edits)) if edits else None
        related: tuple[Related, ...] = ()
        if (near := self._meant_for(items, heard)) is not None:
            related = (Related(near.path, near.span, f"{near.code} is reported here, where the comment does not count"),)
            remedy = "Move the comment to the line that it is meant for, or delete it." if whole else remedy
        return self._finding(UNUSED, span, message, remedy, related, fix)

    def _meant_for(self, items: Sequence[Item], heard: Sequence[Finding]) -> Finding | None:
        """A finding nearby that the comment names and does not reach."""
        suppression = self._suppression
        if suppression.expired or suppression.whole_file:
            return None
        near: list[tuple[int, Finding]] = []
        for finding in heard:
            if finding.path == self._source.path and any(names(item.text, finding.code, finding.name) for item in items):
                distance = self._source.position(finding.span.start).row - suppression.last
                if -_NEAR <= distance <= _NEAR:
                    near.append((abs(distance), finding))
        return min(near, key=lambda pair: pair[0])[1] if near else None

    def _too_little(self) -> Iterator[Finding]:
        directive = self._suppression.directive
        silent = self._demands.require_reason and not directive.reason
        matched = [code for code in self._uses.codes(self._suppression) if code not in OWN]
        span = self._span(directive.start, directive.head)
        if directive.kind == NOQA:
            if silent and matched:
                message = f"This comment suppresses {_listed(matched)} and gives no reason, which the configuration requires"
                remedy = "Say why after the codes." if directive.items else f"Write keylint: ignore[{', '.join(matched)}] and the reason."
                yield self._finding(BLANKET, span, message, remedy)
            return
        if directive.items is None:
            where = "in the file" if self._suppression.whole_file else "here"
            message = f"This comment names no rule, so it also hides whatever is found {where} later"
            message += "; and it gives no reason, which the configuration requires" if silent else ""
            remedy = f"Name what it suppresses: keylint: {directive.kind}[{', '.join(matched) or 'CODE'}]."
            at = self._span(directive.head, directive.head)
            fix = Fix("Name what the comment suppresses", "safe", (Edit(at, f"[{', '.join(matched)}]"),)) if matched else None
            yield self._finding(BLANKET, span, message, remedy, fix=fix)
        elif silent:
            yield self._finding(
                BLANKET, span, "This suppression gives no reason, which the configuration requires", "Say why after the bracket."
            )

    def _unknown_code(self, item: Item) -> Finding:
        suggestion = _nearest(item.text[:_SHOWN])
        shown = item.text if len(item.text) <= _SHOWN else f"{item.text[:_SHOWN]}..."
        message = f"No rule is called '{shown}', so nothing is suppressed by it"
        message += f"; did you mean {suggestion}?" if suggestion else ""
        return self._finding(UNKNOWN, self._span(item.start, item.end), message, "Name a rule: 'keylint rules' lists them.")

    def _span(self, start: int, end: int) -> Span:
        comment = self._suppression.comment
        first, last = (comment.span.start + len(comment.text[:at].encode()) for at in (start, end))
        return Span(first, last)

    def _finding(
        self, code: str, span: Span, message: str, remedy: str, related: tuple[Related, ...] = (), fix: Fix | None = None
    ) -> Finding:
        from keylint.rules.registry import load

        rule = load(code)
        return Finding(rule.code, rule.name, rule.severity, "high", self._source.path, span, message, remedy, (), related, fix)


@lru_cache(maxsize=64)
def _nearest(item: str) -> str:
    """The code or name that was probably meant."""
    from keylint.rules.registry import UnknownSelector, code_of

    try:
        code_of(item)
    except UnknownSelector as error:
        return error.suggestion
    return ""


@lru_cache(maxsize=64)
def _meant(item: str) -> frozenset[str]:
    """The codes of the rules that a listed item means."""
    from keylint.rules.registry import codes

    return frozenset(code for code, name in codes().items() if names(item, code, name))


def _listed(parts: Sequence[str]) -> str:
    shown = [part if len(part) <= _SHOWN else f"{part[:_SHOWN]}..." for part in parts]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}" if shown else ""
