"""The process that analyzes: it takes a `Check` at a time from standard input, and lets go of it when the next message arrives.

Of each group of documents it keeps what the next check of it can use.
"""

from __future__ import annotations

import gc
import os
import re
import select
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from keylint.analysis import Processes
from keylint.check import check_texts
from keylint.config.applying import Asked, Configuration
from keylint.config.finding import ConfigError
from keylint.kept import Kept
from keylint.lowering import failure
from keylint.reports.terminal import printable
from keylint.rules.registry import UnknownSelector
from keylint.select import BadPattern, rejected_in
from keylint.server.messages import (
    LENGTH,
    Answer,
    Change,
    Check,
    Checked,
    Failed,
    Misconfigured,
    Place,
    Repair,
    Report,
    Stop,
    Stopped,
    packed,
    request,
)
from keylint.server.positions import point
from keylint.spread import available_cores

if TYPE_CHECKING:
    from keylint.check import Result
    from keylint.findings import Finding
    from keylint.program.nodes import Span
    from keylint.server.messages import Point, Wanted

_GROUPS = 8
"""How many groups something is kept of: a person works on few at a time."""
_WHERE = re.compile(r"(?::(\d+))?: ")
_START: Point = (0, 0)


class Interrupted(Exception):
    """What is being done has become useless."""


class Waiting(Protocol):
    """Knows whether the server waits for something else."""

    def somebody(self) -> bool:
        """It does."""


class _Group:
    """A group of documents, with what is known of it from the last check."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.kept = Kept()
        asked = Asked(wanted.select, wanted.ignore, wanted.min_confidence)
        self.configuration = Configuration(asked, wanted.config)


class Worker:
    """Answers requests, with up to `jobs` processes."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._groups: dict[tuple[str, str], _Group] = {}

    def answer(self, asked: Check, waiting: Waiting) -> Answer:
        """What comes of a check. Raises nothing."""
        try:
            return Checked(self._checked(asked, waiting))
        except Interrupted:
            return Stopped()
        except (ConfigError, UnknownSelector, BadPattern) as error:
            self._groups.pop((asked.root, asked.language), None)
            return misconfigured(str(error))
        except Exception as error:
            self._groups.pop((asked.root, asked.language), None)
            return Failed(failure(error))

    def _checked(self, asked: Check, waiting: Waiting) -> dict[str, tuple[Report, ...]]:
        group = self._group(asked)
        configuration = group.configuration
        texts: dict[str, bytes] = {}
        for text in asked.texts:
            configuration.of(text.path)
            if not (configuration.leaves_out(text.path) or (asked.root and rejected_in(asked.root, text.path))):
                texts[text.path] = text.data
        if not texts:
            return {}

        def step(doing: str, done: int, total: int) -> None:
            if waiting.somebody():
                raise Interrupted

        result = check_texts(texts, asked.language, configuration, (), Processes(self._jobs, step), group.kept)
        shifts = {text.path: text.shift for text in asked.texts}
        return dict(_by_path(result, shifts, asked.encoding))

    def _group(self, asked: Check) -> _Group:
        """What is known of the group, which is now the one that was used last."""
        key = asked.root, asked.language
        known = self._groups.pop(key, None)
        group = known
        if group is None or asked.fresh or group.wanted != asked.wanted:
            group = _Group(asked.wanted)
            if known is not None:
                # What came of files does not depend on what may have changed: it is compared with their bytes.
                group.kept = known.kept
                group.kept.listed = None
        self._groups[key] = group
        while len(self._groups) > _GROUPS:
            del self._groups[next(iter(self._groups))]
        return group


def _by_path(result: Result, shifts: dict[str, int], encoding: str) -> Iterator[tuple[str, tuple[Report, ...]]]:
    found: dict[str, list[Finding]] = {}
    # What could not be analyzed is said whichever rules are selected.
    for finding in dict.fromkeys((*result.findings, *result.incomplete)):
        found.setdefault(finding.path, []).append(finding)
    for path, findings in found.items():
        yield path, tuple(_report(finding, result, shifts, encoding) for finding in findings)


def _report(finding: Finding, result: Result, shifts: dict[str, int], encoding: str) -> Report:
    def ends(path: str, span: Span) -> tuple[Point, Point]:
        source = result.sources.get(path)
        if source is None:
            return _START, _START
        shift = shifts.get(path, 0)
        return point(source, span.start, encoding, shift), point(source, span.end, encoding, shift)

    start, end = ends(finding.path, finding.span)
    related = tuple(Place(os.path.abspath(item.path), *ends(item.path, item.span), printable(item.message)) for item in finding.related)
    repair = None
    if finding.fix is not None:
        changes = tuple(Change(*ends(finding.path, edit.span), edit.content) for edit in finding.fix.edits)
        repair = Repair(printable(finding.fix.message), finding.fix.applicability, changes)
    reasons = tuple(map(printable, finding.reasons))
    message, remedy = printable(finding.message), printable(finding.remedy)
    return Report(finding.code, finding.name, finding.severity, message, start, end, remedy, reasons, related, repair)


def misconfigured(message: str) -> Misconfigured:
    """What a message about a configuration says of the file and the line, with which it begins if it is about one."""
    for match in _WHERE.finditer(message):
        file = message[: match.start()]
        if os.path.isfile(file):
            return Misconfigured(printable(message[match.end() :]), os.path.abspath(file), int(match[1] or 0))
    return Misconfigured(printable(message))


class _Input:
    """Standard input, and whether somebody waits at it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        # Only on Windows pipes cannot be watched so: there a check that began runs to its end.
        self._watched = sys.platform != "win32"

    def somebody(self) -> bool:
        """A message is there, or the server is gone."""
        return self._watched and bool(select.select([self._descriptor], [], [], 0)[0])

    def message(self) -> bytes | None:
        """The next message; `None` when the server is gone."""
        head = self._exactly(LENGTH)
        return None if head is None else self._exactly(int.from_bytes(head, "big"))

    def _exactly(self, length: int) -> bytes | None:
        data = bytearray()
        while len(data) < length:
            chunk = os.read(self._descriptor, min(length - len(data), 1 << 20))
            if not chunk:
                return None
            data += chunk
        return bytes(data)


def main() -> None:
    """Answers the requests on standard input until it ends."""
    gc.set_threshold(50_000, 50, 50)
    requests, answers = os.dup(0), os.dup(1)
    # Whatever else is read or printed, here or in a process that is started, must not come between the messages.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    if sys.platform == "win32":
        import msvcrt

        for descriptor in (requests, answers):
            msvcrt.setmode(descriptor, os.O_BINARY)
    sys.stdout = sys.stderr
    waiting = _Input(requests)
    worker = Worker(available_cores())
    while (body := waiting.message()) is not None:
        asked = request(body)
        if isinstance(asked, Stop):
            continue
        _write(answers, packed(worker.answer(asked, waiting)))


def _write(descriptor: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]
