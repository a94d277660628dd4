"""One activation of a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from keylint.interpret.events import Place

if TYPE_CHECKING:
    from keylint.interpret.scope import Scope, State
    from keylint.interpret.values import Value
    from keylint.program.link import File, TypeInfo
    from keylint.program.module import Function
    from keylint.program.nodes import Node, Span


class Unreachable(Exception):
    """Evaluation does not go on from here: every path has thrown or left."""


class Frame:
    """A running function: where its names are, and the ways paths leave it.

    `returns` and `raises` hold (state, value) pairs, `breaks` and `continues` (label, state). `path` are the calls that led here.
    `confidence` is medium where code that cannot be seen is assumed to run what it is given.
    `awaiting` is the call that an `await` waits for.
    """

    __slots__ = (
        "awaiting",
        "breaks",
        "changed_self",
        "confidence",
        "continues",
        "entered",
        "file",
        "function",
        "info",
        "on_yield",
        "path",
        "raises",
        "receiver",
        "returns",
        "scope",
        "static",
        "tries",
        "within",
    )

    def __init__(
        self,
        file: File,
        function: Function | None,
        scope: Scope,
        path: tuple[Place, ...],
        receiver: Value | None = None,
        info: TypeInfo | None = None,
        within: str = "",
    ) -> None:
        self.file = file
        self.function = function
        self.scope = scope
        self.path = path
        self.receiver = receiver
        self.info = info
        self.within = within
        self.static = False
        self.returns: list[tuple[State, Value]] = []
        self.raises: list[tuple[State, Value]] = []
        self.breaks: list[tuple[str | None, State]] = []
        self.continues: list[tuple[str | None, State]] = []
        self.on_yield: Callable[[State, Value], None] | None = None
        self.tries = 0
        self.confidence = "high"
        self.changed_self: Value | None = None
        self.entered: Span | None = None
        self.awaiting: Span | None = None

    def place(self, node: Node) -> Place:
        """Where `node` is."""
        return Place(self.file.path, node.span)

    def text(self, node: Node, limit: int = 60) -> str:
        """The source of `node` on one line, shortened."""
        text = " ".join(self.file.source.text(node.span.start, min(node.span.end, node.span.start + 4 * limit)).split())
        return text if len(text) <= limit else text[: limit - 1] + "…"
