"""Runs of files joined: what a caller knows better is not also told as unknown, and order means nothing."""

from __future__ import annotations

from itertools import permutations

import pytest
from observing import file_of, models

from keylint.interpret.machine import run
from keylint.interpret.merging import Run, merged, of_file, together, touching
from keylint.interpret.survey import Survey
from keylint.program.link import link
from keylint.project.modules import ProjectModules

FILES = {
    "vault.py": "import keyring\ndef put(user):\n    keyring.set_password('app', user, 'x')\n",
    "a.py": "from vault import put\ndef a():\n    put('a')\n",
    "b.py": "import keyring\ndef b():\n    keyring.delete_password('app', 'a')\n    keyring.get_password('app', 'other')\n",
}


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    files = [file_of(path, text, "put") for path, text in FILES.items()]
    program = link(files, ProjectModules("", {path: path for path in FILES}, lambda path: None))
    survey = Survey(models("python"))
    return [run(program, models("python"), file, survey) for file in program.files]


def test_a_function_that_others_enter_tells_nothing_by_itself(runs: list[Run]) -> None:
    alone = [one for one in runs if one.path == "vault.py"]
    assert [event.item_keys for event in merged(alone).events] == [()]
    writes = [event for event in merged(runs).events if event.verb == "write"]
    assert [event.item for event in writes] == ["service `app`, username `a`"]
    assert [place.path for event in writes for place in event.path] == ["a.py"]


def test_the_order_of_runs_means_nothing(runs: list[Run]) -> None:
    assert len({str(merged(order)) for order in permutations(runs)}) == 1


def test_what_is_seen_twice_is_told_once(runs: list[Run]) -> None:
    seen = [one.observations for one in runs]
    twice = together([*seen, *seen])
    assert len(twice.destructive_calls) == len(merged(runs).destructive_calls)
    assert twice.roots == merged(runs).roots


def test_a_part_of_what_was_seen(runs: list[Run]) -> None:
    whole = merged(runs)
    assert {event.place.path for event in of_file(whole, "b.py").events} == {"b.py"}
    touched = touching(whole, frozenset(("vault.py",)))
    assert [(event.place.path, event.verb) for event in touched.events] == [("b.py", "delete"), ("vault.py", "write")]
    assert touching(whole, frozenset()).events == ()
