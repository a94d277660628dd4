"""The line on the terminal: late, seldom, and gone afterwards."""

from __future__ import annotations

import io
import sys

import pytest

from keylint import progress
from keylint.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(progress, "monotonic", clock)
    return clock


def test_appears_after_a_second_and_leaves_no_trace(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    line = Progress(True)
    for moment in range(100):
        clock.now = moment / 50
        line.step("Reading", moment, 100)
    shown = sys.stderr.getvalue()  # type: ignore[union-attr]
    assert "Reading 50 %" in shown
    assert "Reading 49 %" not in shown
    assert shown.count("Reading") == 10
    line.clear()
    assert sys.stderr.getvalue().endswith("\r\033[K")  # type: ignore[union-attr]


@pytest.mark.parametrize(("stream", "wanted"), [(io.StringIO, True), (Terminal, False)])
def test_is_silent_off_a_terminal_and_when_unwanted(
    monkeypatch: pytest.MonkeyPatch, clock: Clock, stream: type[io.StringIO], wanted: bool
) -> None:
    monkeypatch.setattr(sys, "stderr", stream())
    line = Progress(wanted)
    clock.now = 10.0
    line.step("Reading", 1, 2)
    line.clear()
    assert sys.stderr.getvalue() == ""  # type: ignore[union-attr]
