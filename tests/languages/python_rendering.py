"""Writes a lowered program as compact text, so that a test can say what it expects on a line."""

from __future__ import annotations

from collections.abc import Iterable

from keylint.languages import python
from keylint.program import module as declarations
from keylint.program import nodes
from keylint.source import Source

EVERYTHING = (b"",)
"""Trigger words that are found in every part of a file."""


def lowered(text: str, words: Iterable[bytes] = EVERYTHING) -> declarations.Module:
    return python.lower(Source("x.py", text.encode()), tuple(words))


def body(text: str) -> str:
    """The top-level code of `text`, rendered."""
    return block(lowered(text).body)


def inside(text: str) -> str:
    """The body of a function that has `text` as its suite, rendered."""
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    made = lowered(f"def f():\n{indented}").functions[0]
    assert made.body is not None
    return block(made.body)


def value(text: str) -> str:
    """The expression `text`, rendered."""
    made = lowered(f"_ = ({text}\n)").body.statements[0]
    assert isinstance(made, nodes.Evaluate)
    assert isinstance(made.value, nodes.Assign)
    return maybe(made.value.value)


def block(node: nodes.Block | None) -> str:
    return "-" if node is None else "; ".join(statement(part) for part in node.statements)


def statement(node: nodes.Statement) -> str:
    match node:
        case nodes.Evaluate():
            return expression(node.value)
        case nodes.Block():
            return "{" + block(node) + "}"
        case nodes.If():
            rest = "" if node.otherwise is None else " else {" + block(node.otherwise) + "}"
            return f"if {expression(node.test)} {{{block(node.then)}}}{rest}"
        case nodes.Loop():
            head = f"for {maybe(node.target)} in {maybe(node.iterable)}" if node.iterable else f"while {maybe(node.test)}"
            rest = "" if node.otherwise is None else " else {" + block(node.otherwise) + "}"
            return f"{'await ' if node.awaits else ''}{head} {{{block(node.body)}}}{rest}"
        case nodes.Try():
            handlers = "".join(
                f" except {', '.join(map(expression, part.types))}{' as ' + part.name if part.name else ''} {{{block(part.body)}}}"
                for part in node.handlers
            )
            rest = "" if node.otherwise is None else " else {" + block(node.otherwise) + "}"
            final = "" if node.final is None else " finally {" + block(node.final) + "}"
            return f"try {{{block(node.body)}}}{handlers}{rest}{final}"
        case nodes.Switch():
            return f"switch {expression(node.subject)} {{" + " ".join(map(_case, node.cases)) + "}"
        case nodes.Region():
            target = "" if node.target is None else f" as {expression(node.target)}"
            return f"{'await ' if node.awaits else ''}with {expression(node.manager)}{target} {{{block(node.body)}}}"
        case nodes.Return():
            return f"return {maybe(node.value)}"
        case nodes.Raise():
            return f"raise {maybe(node.value)}"
        case nodes.Define():
            return function(node.declaration) if isinstance(node.declaration, declarations.Function) else kind(node.declaration)
        case nodes.Break() | nodes.Continue():
            return type(node).__name__.lower()
    raise AssertionError(node)


def maybe(node: nodes.Expression | None) -> str:
    return "-" if node is None else expression(node)


def expression(node: nodes.Expression | nodes.Spread | nodes.Entry | nodes.Conditional) -> str:
    match node:
        case nodes.Literal():
            return repr(node.value)
        case nodes.Name():
            return node.name
        case nodes.Member():
            return f"{maybe(node.object)}.{node.name}"
        case nodes.Index():
            return f"{expression(node.object)}[{expression(node.index)}]"
        case nodes.Call():
            return f"{expression(node.callee)}({', '.join(map(_argument, node.arguments))})"
        case nodes.Dict():
            return "{" + ", ".join(map(expression, node.items)) + "}"
        case nodes.Entry():
            return f"{expression(node.key)}: {expression(node.value)}"
        case nodes.Spread():
            return f"*{expression(node.value)}"
        case nodes.ListDisplay():
            return "[" + ", ".join(map(expression, node.items)) + "]"
        case nodes.Choice():
            return f"({expression(node.test)} ? {expression(node.then)} : {expression(node.otherwise)})"
        case nodes.Operation():
            return f"({node.operator} {' '.join(map(expression, node.operands))})"
        case nodes.Assign():
            kind_of = {"block": "let ", "function": "var ", "outer": ""}[node.scope]
            typed = f": {node.type_name}" if node.type_name else ""
            return f"{kind_of}{expression(node.target)}{typed} {node.operator}= {maybe(node.value)}"
        case nodes.Lambda():
            return function(node.function)
        case nodes.Await():
            return f"await {expression(node.value)}"
        case nodes.Yield():
            return f"yield {maybe(node.value)}"
        case nodes.Template():
            return "f(" + " ".join(map(expression, node.parts)) + ")"
        case nodes.Comprehension():
            key = "" if node.key is None else f"{expression(node.key)}: "
            conditions = "".join(f" if {expression(part)}" for part in node.conditions)
            head = f"for {expression(node.target)} in {expression(node.iterable)}{conditions}"
            return f"{node.kind}({key}{expression(node.element)} {head})"
        case nodes.Opaque():
            return f"?{node.kind}({', '.join(map(expression, node.children))})"
    raise AssertionError(node)


def function(node: declarations.Function) -> str:
    flags = "".join(
        f"{flag} "
        for flag, on in (
            ("static", node.is_static),
            ("class", node.is_class_method),
            ("async", node.is_async),
            ("generator", node.is_generator),
            ("skipped", node.skipped),
        )
        if on
    )
    attributes = "".join(f"@{expression(part)} " for part in node.attributes)
    returns = f" -> {node.return_type}" if node.return_type else ""
    code = "-" if node.body is None else "{" + block(node.body) + "}"
    return f"{attributes}{flags}{node.kind} {node.name}({', '.join(map(parameter, node.parameters))}){returns} {code}"


def parameter(node: declarations.Parameter) -> str:
    label = "" if node.label == node.name else f"{node.label or '_'} "
    typed = f": {node.type_name}" if node.type_name else ""
    default = "" if node.default is None else f" = {expression(node.default)}"
    name = f"{node.rest}{node.name}"
    label = "" if node.rest else label
    return f"{label}{name}{typed}{'?' if node.optional else ''}{default}{' (keyword)' if node.keyword_only else ''}"


def kind(node: declarations.TypeDeclaration) -> str:
    inherits = f"({', '.join(node.inherits)})" if node.inherits else ""
    attributes = "".join(f"@{expression(part)} " for part in node.attributes)
    members = [*map(property_of, node.properties), *map(function, node.functions), *map(kind, node.types)]
    return f"{attributes}{node.kind} {node.name}{inherits} [" + " | ".join(members) + "]"


def property_of(node: declarations.Property) -> str:
    parts = [f"{'case ' if node.is_case else ''}{'' if node.mutable else 'final '}{'static ' if node.is_static else ''}{node.name}"]
    if node.type_name:
        parts.append(f": {node.type_name}")
    if node.value is not None:
        parts.append(f" = {expression(node.value)}")
    for accessor in (node.getter, node.setter):
        if accessor is not None:
            parts.append(f" <{function(accessor)}>")
    return "".join(parts)


def imports(text: str) -> list[str]:
    return [
        f"{part.module}:{part.name}:{part.local or '-'}{' wildcard' if part.wildcard else ''}" for part in lowered(text).imports
    ]


def _argument(node: nodes.Argument) -> str:
    return f"{node.label + '=' if node.label else ''}{node.spread}{expression(node.value)}"


def _case(node: nodes.Case) -> str:
    binds = "".join(f" {name.name}" for name in node.binds)
    guard = "" if node.guard is None else f" if {expression(node.guard)}"
    return f"case {' | '.join(map(expression, node.patterns)) or '_'}{' binding' + binds if binds else ''}{guard} {{{block(node.body)}}}"
