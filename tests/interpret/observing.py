"""Runs the machine on one source text, and says in few words what it saw."""

from __future__ import annotations

from functools import cache
from textwrap import dedent

from keylint.interpret.events import Observations, StoreEvent
from keylint.interpret.machine import observe
from keylint.languages import front_end, language_of
from keylint.program.link import File, link
from keylint.source import Source
from keylint.stores import catalogue

PRELUDES = {
    "swift": "import Foundation\nimport Security\n",
    "ts": "import * as SecureStore from 'expo-secure-store';\n",
    "py": "import keyring\n",
}
"""What makes the store of each language known."""


@cache
def models(language: str) -> catalogue.Catalogue:
    """The shipped stores of a language."""
    return catalogue.load([language])


def file_of(path: str, text: str, *live: str) -> File:
    """A file as the front end of its language lowers it. `live` are what it calls other files' code that leads to a store."""
    language = language_of(path)
    assert language is not None
    source = Source.decode(path, text.encode(), language)
    names = frozenset(name.encode() for name in live)
    return File(source, front_end(language).lower(source, (*models(language).words_in(language, source.data), *sorted(names))), names)


class Seen:
    """What the machine saw in one text."""

    def __init__(self, observations: Observations, text: str) -> None:
        self.all = observations
        self.text = text

    def events(self, verb: str = "") -> list[StoreEvent]:
        """Store calls in source order, of one kind if `verb` is given."""
        return [event for event in self.all.events if verb in ("", event.verb)]

    def one(self, verb: str = "") -> StoreEvent:
        """The only store call of its kind."""
        found = self.events(verb)
        assert len(found) == 1, [(event.verb, event.spelled, event.item) for event in found]
        return found[0]

    def at(self, verb: str, item: str) -> StoreEvent:
        """The only store call of its kind on an item described so."""
        found = [event for event in self.events(verb) if item in event.item]
        assert len(found) == 1, [(event.verb, event.spelled, event.item) for event in self.all.events]
        return found[0]

    def spelled(self, span: tuple[int, int]) -> str:
        """The text of a span."""
        return self.text.encode()[span[0] : span[1]].decode()

    def verdicts(self, verb: str = "") -> list[str]:
        """The verdict on every delete that reaches a write."""
        return [item.verdict for event in self.events(verb) for item in event.pending]

    def lost(self) -> list[tuple[str, str]]:
        """Each destructive store call with the read whose failure leads to it."""
        return [(event.verb, item.read.verb) for event in self.events() for item in event.lost]

    def classes(self, verb: str = "add") -> tuple[str, list[str | None]]:
        """How the only call of its kind names a class: presence, and the classes."""
        access = self.one(verb).accessibility
        return access.presence, [choice.cls.constant if choice.cls is not None else None for choice in access.choices]

    def texts(self, key: str, verb: str = "add") -> tuple[str, list[str | None]]:
        """A key of the options of the only call of its kind: presence, and the texts of its values."""
        setting = self.one(verb).options.get(key)
        return setting.presence, [fact.text for fact in setting.values]


def seen(text: str, suffix: str, prelude: bool = True) -> Seen:
    """What the machine saw in `text`, which stands after the imports of its language's store."""
    text = dedent(text)
    if prelude:
        text = PRELUDES[suffix] + text
    file = file_of(f"case.{suffix}", text)
    return Seen(observe(link([file]), models(file.language)), text)


def swift(text: str) -> Seen:
    """Swift with Foundation and Security."""
    return seen(text, "swift")


def typescript(text: str) -> Seen:
    """TypeScript with `SecureStore`."""
    return seen(text, "ts")


def python(text: str) -> Seen:
    """Python with `keyring`."""
    return seen(text, "py")
