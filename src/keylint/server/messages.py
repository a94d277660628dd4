"""What the server and its worker say to each other: length-prefixed MessagePack over pipes.

Positions are the protocol's: lines and characters from 0, characters in the units that the client and the server agreed on.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

LENGTH = 4
"""Bytes of the length that precedes a message, big-endian."""

Point = tuple[int, int]
"""Line and character."""


class Wanted(Struct, frozen=True):
    """What the client's settings ask for; what they leave open, configuration files decide."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    min_confidence: str | None = None
    config: str | None = None


class Text(Struct, frozen=True):
    """The text of an open document. `shift`: characters of its first line that `data` lacks, which is a byte-order mark."""

    path: str
    data: bytes
    shift: int = 0


class Check(Struct, frozen=True, tag=True):
    """Asks for the findings in `texts`, which share a language and the project at `root`, empty for a text without a file.

    `fresh`: the configuration may have changed, and files may have come or gone.
    """

    root: str
    language: str
    texts: tuple[Text, ...]
    wanted: Wanted
    encoding: str
    fresh: bool = False


class Stop(Struct, frozen=True, tag=True):
    """What is being done has become useless. It is answered by `Stopped`, if it was not answered before."""


class Place(Struct, frozen=True):
    """A place that explains a finding."""

    path: str
    start: Point
    end: Point
    message: str


class Change(Struct, frozen=True):
    """Replaces the text between two positions."""

    start: Point
    end: Point
    content: str


class Repair(Struct, frozen=True):
    """A mechanical repair, as in `findings.Fix`."""

    message: str
    applicability: str
    changes: tuple[Change, ...]


class Report(Struct, frozen=True):
    """A finding, as in `findings.Finding`."""

    code: str
    name: str
    severity: str
    message: str
    start: Point
    end: Point
    remedy: str = ""
    reasons: tuple[str, ...] = ()
    related: tuple[Place, ...] = ()
    repair: Repair | None = None


class Checked(Struct, frozen=True, tag=True):
    """The answer to `Check`: what was found, by path."""

    reports: dict[str, tuple[Report, ...]]


class Misconfigured(Struct, frozen=True, tag=True):
    """The answer to `Check` where the configuration is wrong. `file` is empty where no file is; `line` counts from 1, 0 is unknown."""

    message: str
    file: str = ""
    line: int = 0


class Stopped(Struct, frozen=True, tag=True):
    """The answer to `Check` where something else became more urgent."""


class Failed(Struct, frozen=True, tag=True):
    """The answer to `Check` where the analysis itself failed."""

    message: str


Request = Check | Stop
Answer = Checked | Misconfigured | Stopped | Failed


def packed(message: Request | Answer) -> bytes:
    """A message as bytes, its length first."""
    body = msgspec.msgpack.encode(message)
    return len(body).to_bytes(LENGTH, "big") + body


def request(body: bytes) -> Request:
    """The request that `body` holds."""
    found: Request = msgspec.msgpack.decode(body, type=Request)
    return found


def answer(body: bytes) -> Answer:
    """The answer that `body` holds."""
    found: Answer = msgspec.msgpack.decode(body, type=Answer)
    return found
