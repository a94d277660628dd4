"""Work over processes: in order, and a death costs one item."""

from __future__ import annotations

import os
import signal

import pytest

from keylint.spread import available_cores, spread

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def describe_crash(item: int) -> str:
    return f"crashed {item}"


@pytest.mark.parametrize("jobs", [1, 2, 5, 100])
def test_results_are_in_the_order_of_the_items(jobs: int) -> None:
    assert spread(str, range(17), jobs, describe_crash) == [str(item) for item in range(17)]


def test_no_items() -> None:
    assert spread(str, [], 4, describe_crash) == []


def test_large_results_arrive_whole() -> None:
    results = spread(lambda item: bytes([item]) * 3_000_000, range(4), 2, lambda item: b"")
    assert [(len(result), result[0]) for result in results] == [(3_000_000, item) for item in range(4)]


def test_a_death_costs_the_item_it_happened_at() -> None:
    def dies(item: int) -> str:
        if item == 3:
            os._exit(0)
        if item == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        if item == 6:
            raise RuntimeError
        return str(item)

    expected = [f"crashed {item}" if item in (3, 5, 6) else str(item) for item in range(10)]
    assert spread(dies, range(10), 2, describe_crash) == expected


def test_an_interruption_ends_the_children() -> None:
    reader, writer = os.pipe()

    def hangs(item: int) -> str:
        os.write(writer, b".")
        signal.pause()
        return ""

    def interrupted(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupted)
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    try:
        with pytest.raises(KeyboardInterrupt):
            spread(hangs, range(4), 2, describe_crash)
    finally:
        signal.signal(signal.SIGALRM, before)
    os.close(writer)
    assert len(os.read(reader, 10)) == 2
    assert os.read(reader, 10) == b""  # Nobody is left who could write.
    os.close(reader)


def test_steps_reach_the_end() -> None:
    steps: list[int] = []
    spread(str, range(6), 2, describe_crash, steps.append)
    assert steps == sorted(steps)
    assert steps[-1] == 6


def test_there_is_a_core() -> None:
    assert available_cores() >= 1
