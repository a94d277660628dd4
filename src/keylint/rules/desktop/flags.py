"""The arguments of a command line as `getopt` reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from keylint.interpret.events import CommandEvent, Fact, Word

if TYPE_CHECKING:
    from keylint.stores.model import Command


class Flag(Struct, frozen=True):
    """A flag as given.

    `at` is the argument it stands in; `value` the argument that holds its value, the same one when they are joined (`-wsecret`), `None`
    without one; `literal` whether the source spells the value out. `sure` is false after an argument that cannot be seen.
    """

    name: str
    at: Fact
    value: Fact | None = None
    literal: bool = False
    sure: bool = True


def command_of(event: CommandEvent) -> Command | None:
    """What the store model says about the subcommand."""
    return next((command for command in event.store.commands if command.subcommand == event.subcommand), None)


def flags(event: CommandEvent, command: Command) -> Iterator[Flag]:
    """The flags of a command line, up to its first plain argument."""
    words = event.words
    sure = event.exact
    index = 0
    while index < len(words):
        word = words[index]
        text = word.text
        if text is None:
            sure = False  # it may be a flag, and even the value of one that is not seen
        elif text == "--" or not text.startswith("-") or text == "-":
            return
        else:
            for flag in _bundle(words, index, text, command):
                yield Flag(flag.name, flag.at, flag.value, flag.literal, sure)
                if flag.value is not None and flag.value is not word.fact:
                    index += 1
        index += 1


def _bundle(words: Sequence[Word], index: int, text: str, command: Command) -> Iterator[Flag]:
    """The flags of one argument: `-UA` is two, `-wsecret` one with its value."""
    fact = words[index].fact
    whole = fact.text is not None
    for position, letter in enumerate(text[1:], 1):
        name = f"-{letter}"
        if name not in command.value_flags:
            yield Flag(name, fact)
            continue
        if position + 1 < len(text) or not whole:
            yield Flag(name, fact, fact, fact.literal and whole)
        elif index + 1 < len(words):
            following = words[index + 1].fact
            yield Flag(name, fact, following, following.literal)
        else:
            yield Flag(name, fact)
        return
