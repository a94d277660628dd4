"""Classes: methods, properties, class attributes, nested classes."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from msgspec.structs import replace

from keylint.languages.python.constructors import constructor
from keylint.languages.python.context import MAX_DEPTH, Context, Scope, dotted
from keylint.languages.python.expressions import expression, expressions
from keylint.languages.python.functions import decorator_names, function, name_span, visibility
from keylint.languages.python.imports import for_type_checkers
from keylint.languages.python.types import type_text, wraps
from keylint.program.module import Function, Property, TypeDeclaration
from keylint.program.nodes import Define, Expression, Opaque, Span, Statement

_GETTERS = frozenset(("abstractproperty", "cached_property", "property"))
_ENUMS = frozenset(("Enum", "Flag", "IntEnum", "IntFlag", "StrEnum"))


def definition(context: Context, node: ast.stmt) -> Iterator[Statement]:
    """A function or class defined inside a body."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        declared = function(context, node)
        yield Define(declared.span, declared)
    elif isinstance(node, ast.ClassDef):
        kind = declaration(context, node)
        yield Define(kind.span, kind)


def declaration(context: Context, node: ast.ClassDef, outer: str = "") -> TypeDeclaration:
    """Lowers a class; `outer` is the qualified name of the class around it."""
    span = context.span(node)
    inherits = tuple([name for base in node.bases if (name := base_name(base))])
    last_names = [name.rpartition(".")[2] for name in inherits]
    name = f"{outer}.{node.name}" if outer else node.name
    kind = "enum" if not _ENUMS.isdisjoint(last_names) else "protocol" if "Protocol" in last_names else "class"
    members = _Members(context, name, kind)
    members.read(node.body)
    made = constructor(context, node, last_names)
    functions = members.functions if made is None else [made, *members.functions]
    return TypeDeclaration(
        span=span,
        name=name,
        name_span=name_span(context, span, node.name),
        kind=kind,
        inherits=inherits,
        functions=tuple(functions),
        properties=tuple(members.properties.values()),
        types=tuple(members.types),
        visibility=visibility(node.name),
        attributes=expressions(context, node.decorator_list),
    )


def base_name(node: ast.expr) -> str:
    """A base class as written, without generics; for a call that makes the base (`namedtuple(...)`) the name called."""
    if isinstance(node, ast.Subscript):
        node = node.value
    if isinstance(node, ast.Call):
        if dotted(node.func).rpartition(".")[2] == "with_metaclass" and len(node.args) > 1:
            return dotted(node.args[1])
        node = node.func
    return dotted(node)


class _Members:
    """Collects what a class body declares."""

    def __init__(self, context: Context, name: str, kind: str) -> None:
        self.context = context
        self.name = name
        self.kind = kind
        self.functions: list[Function] = []
        self.properties: dict[str, Property] = {}
        self.types: list[TypeDeclaration] = []

    def read(self, body: list[ast.stmt], conditional: bool = False) -> None:
        """Reads a class body, or a suite in it that runs under a condition."""
        context = self.context
        if context.depth >= MAX_DEPTH:
            self._lose(body)
            return
        context.depth += 1
        outer, context.scope = context.scope, Scope("function")
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._method(node)
            elif isinstance(node, ast.ClassDef):
                self.types.append(declaration(context, node, self.name))
            elif id(node) in context.skipped:
                continue
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self._assigned(node, target, node.value, conditional)
            elif isinstance(node, ast.AnnAssign):
                self._attribute(node, node.target, node.value, node.annotation, conditional)
            elif not (isinstance(node, ast.If) and for_type_checkers(node.test)):
                for suite in _suites(node):
                    self.read(suite, conditional=True)
        context.scope = outer
        context.depth -= 1

    def _lose(self, body: list[ast.stmt]) -> None:
        if body:
            start = self.context.span(body[0]).start
            self.context.lose(Span(start, max(start, self.context.span(body[-1]).end)))

    def _method(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        decorators = decorator_names(node)
        if "overload" in decorators:
            return
        if not _GETTERS.isdisjoint(decorators):
            getter = function(self.context, node, member=True, kind="getter")
            self.properties[node.name] = Property(
                span=getter.span,
                name=node.name,
                name_span=getter.name_span,
                getter=getter,
                is_lazy="cached_property" in decorators,
                visibility=getter.visibility,
                type_name=getter.return_type,
                attributes=getter.attributes,
            )
        elif "setter" in decorators:
            setter = function(self.context, node, member=True, kind="setter")
            self.properties[node.name] = self._with_setter(node.name, setter)
        elif "deleter" in decorators or "getter" in decorators:
            # It runs on `del x.name`, never on a call of `name`: a name nobody can write keeps it an entry point of its own.
            accessor = function(self.context, node, member=True, kind="getter" if "getter" in decorators else "method")
            self.functions.append(replace(accessor, name=f"{node.name}.{'getter' if 'getter' in decorators else 'deleter'}"))
        else:
            self.functions.append(function(self.context, node, member=True))

    def _with_setter(self, name: str, setter: Function) -> Property:
        known = self.properties.get(name)
        if known is None:
            return Property(setter.span, name, setter.name_span, setter=setter, visibility=setter.visibility)
        return replace(known, setter=setter)

    def _assigned(self, node: ast.Assign, target: ast.expr, value: ast.expr, conditional: bool) -> None:
        if isinstance(target, ast.Name):
            self._attribute(node, target, value, None, conditional)
            return
        if not isinstance(target, (ast.Tuple, ast.List)):
            return
        parts = target.elts
        values: list[ast.expr] = []
        if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(parts):
            values = value.elts
        starred = any(isinstance(part, ast.Starred) for part in [*parts, *values])
        for index, part in enumerate(parts):
            if values and not starred:
                self._attribute(node, part, values[index], None, conditional)
            elif isinstance(part, ast.Name):
                unknown = Opaque(self.context.span(node), (expression(self.context, value),), "Unpacked")
                self._property(node, part, unknown, None, conditional)

    def _attribute(
        self, node: ast.Assign | ast.AnnAssign, target: ast.expr, value: ast.expr | None, annotation: ast.expr | None, conditional: bool
    ) -> None:
        if isinstance(target, ast.Name):
            self._property(node, target, None if value is None else expression(self.context, value), annotation, conditional)

    def _property(
        self,
        node: ast.Assign | ast.AnnAssign,
        target: ast.Name,
        value: Expression | None,
        annotation: ast.expr | None,
        conditional: bool,
    ) -> None:
        span = self.context.span(node)
        earlier = self.properties.get(target.id)
        if conditional and value is not None:
            known = () if earlier is None or earlier.value is None else (earlier.value,)
            value = Opaque(span, (*known, value), "Conditional")
        is_case = self.kind == "enum" and annotation is None and not target.id.startswith("_")
        self.properties[target.id] = Property(
            span=span,
            name=target.id,
            name_span=self.context.span(target),
            value=value,
            is_static=True,
            is_case=is_case,
            mutable=not (is_case or wraps(annotation, "Final")),
            visibility=visibility(target.id),
            type_name=type_text(annotation).name,
        )


def _suites(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The suites of a compound statement."""
    for field in ("body", "orelse", "finalbody"):
        suite = getattr(node, field, None)
        if isinstance(suite, list):
            yield suite
    for field in ("handlers", "cases"):
        for part in getattr(node, field, ()):
            yield part.body
