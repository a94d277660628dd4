"""The initializers that dataclasses and named tuples get without writing them."""

from __future__ import annotations

import ast
from typing import NamedTuple

from msgspec.structs import replace

from keylint.languages.python.context import Context, dotted
from keylint.languages.python.expressions import expression
from keylint.languages.python.functions import name_span
from keylint.languages.python.types import type_text, wraps
from keylint.program.module import Function, Parameter
from keylint.program.nodes import Argument, Assign, Block, Call, Evaluate, Expression, Member, Name, Opaque, Span, Statement

_DECORATORS = frozenset(("attrs", "dataclass", "define", "frozen", "mutable", "s"))
_FIELDS = frozenset(("Field", "attrib", "field", "ib"))
_POSITIONAL_BASES = frozenset(("NamedTuple",))
_KEYWORD_BASES = frozenset(("BaseModel", "BaseSettings", "SQLModel"))
_HARMLESS_BASES = frozenset(("ABC", "Generic", "Hashable", "Protocol", "object"))
_KNOWN_BASES = _HARMLESS_BASES | _POSITIONAL_BASES | _KEYWORD_BASES
_ATTRS = frozenset(("attr", "attrs"))


class Style(NamedTuple):
    """How a class makes its initializer."""

    keyword_only: bool


class _Field(NamedTuple):
    parameter: Parameter | None
    assigned: Expression | None
    """What `self.name` is set to; absent for a value that only goes to `__post_init__`."""

    name: str
    span: Span
    post: bool


def style(context: Context, node: ast.ClassDef, bases: list[str]) -> Style | None:
    """Whether `node` gets an initializer made of its fields, and how. `bases` are the last parts of its bases' names."""
    for decorator in node.decorator_list:
        callee = decorator.func if isinstance(decorator, ast.Call) else decorator
        module, _, last = context.origin(callee).rpartition(".")
        if last not in _DECORATORS or (last != "dataclass" and module not in _ATTRS):
            continue
        keywords = decorator.keywords if isinstance(decorator, ast.Call) else []
        options = {keyword.arg: keyword.value.value for keyword in keywords if isinstance(keyword.value, ast.Constant)}
        return None if options.get("init") is False else Style(options.get("kw_only") is True)
    if not _POSITIONAL_BASES.isdisjoint(bases):
        return Style(False)
    return Style(True) if not _KEYWORD_BASES.isdisjoint(bases) else None


def constructor(context: Context, node: ast.ClassDef, bases: list[str]) -> Function | None:
    """The initializer that `node` gets from its fields, or `None` when it gets none or writes its own."""
    how = style(context, node, bases)
    if how is None:
        return None
    methods = {part.name for part in node.body if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))}
    if "__init__" in methods or "__new__" in methods:
        return None
    place = name_span(context, context.span(node), node.name)
    fields = _fields(context, node, how.keyword_only)
    unseen = any(base not in _KNOWN_BASES and base not in context.fields for base in bases)
    merged: dict[str, Parameter] = {}
    for base in reversed(bases):
        merged.update({parameter.name: parameter for parameter in context.fields.get(base, ())})
    statements = [_set(parameter.span, parameter.name, Name(parameter.span, parameter.name)) for parameter in merged.values()]
    merged.update({field.name: field.parameter for field in fields if field.parameter is not None})
    own = list(merged.values())
    if unseen:
        # The fields of the base come first and are not known here, so only what is passed by keyword can be told apart.
        own = [replace(parameter, keyword_only=True) for parameter in own]
        own = [Parameter(place, "args", rest="*"), *own, Parameter(place, "kwargs", rest="**")]
    else:
        context.fields[node.name] = tuple(own)
    for field in fields:
        if field.assigned is not None:
            statements.append(_set(field.span, field.name, field.assigned))
    if "__post_init__" in methods:
        arguments = tuple([Argument(field.span, Name(field.span, field.name)) for field in fields if field.post])
        statements.append(Evaluate(place, Call(place, Member(place, Name(place, "self"), "__post_init__", place), arguments)))
    ordered = [parameter for parameter in own if not parameter.keyword_only and not parameter.rest]
    ordered += [parameter for parameter in own if parameter.rest == "*"]
    ordered += [parameter for parameter in own if parameter.keyword_only]
    ordered += [parameter for parameter in own if parameter.rest == "**"]
    return Function(
        span=place,
        name="init",
        name_span=place,
        parameters=(Parameter(place, "self", "self"), *ordered),
        body=Block(place, tuple(statements)),
        kind="initializer",
        visibility="public",
        self_name="self",
    )


def _fields(context: Context, node: ast.ClassDef, keyword_only: bool) -> list[_Field]:
    fields: list[_Field] = []
    for part in node.body:
        if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            if wraps(part.annotation, "KW_ONLY"):
                keyword_only = True
            elif not wraps(part.annotation, "ClassVar"):
                fields.append(_field(context, part, part.target, part.value, part.annotation, keyword_only))
        elif isinstance(part, ast.Assign) and isinstance(part.targets[0], ast.Name) and _is_attrs_field(part.value):
            fields.append(_field(context, part, part.targets[0], part.value, None, keyword_only))
    return fields


def _is_attrs_field(value: ast.expr) -> bool:
    """Whether `value` is attrs' older way to declare a field, `attr.ib(...)`."""
    return isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in ("attrib", "ib")


def _field(
    context: Context,
    node: ast.AnnAssign | ast.Assign,
    target: ast.Name,
    value: ast.expr | None,
    annotation: ast.expr | None,
    keyword_only: bool,
) -> _Field:
    span = context.span(target)
    name = target.id
    default: Expression | None = None
    in_init = True
    if value is not None:
        if id(node) in context.skipped:
            default = Opaque(span, (), "skipped")
        elif isinstance(value, ast.Call) and dotted(value.func).rpartition(".")[2] in _FIELDS:
            default, in_init, keyword_only = _declared(context, value, keyword_only)
        else:
            default = expression(context, value)
    if not in_init:
        return _Field(None, default, name, span, False)
    text = type_text(annotation)
    label = name.lstrip("_") if annotation is None else name
    optional = text.optional or (isinstance(value, ast.Constant) and value.value is None)
    parameter = Parameter(span, name, label, default, "", optional, type_name=text.name, keyword_only=keyword_only)
    post = wraps(annotation, "InitVar")
    return _Field(parameter, None if post else Name(span, name), name, span, post)


def _declared(context: Context, call: ast.Call, keyword_only: bool) -> tuple[Expression | None, bool, bool]:
    """Default, whether the initializer takes it, and whether by keyword only, of a `field(...)`."""
    default: Expression | None = None
    in_init = True
    for keyword in call.keywords:
        constant = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if keyword.arg == "default":
            default = expression(context, keyword.value)
        elif keyword.arg in ("default_factory", "factory"):
            default = Call(context.span(keyword.value), expression(context, keyword.value), ())
        elif keyword.arg == "init":
            in_init = constant is not False
        elif keyword.arg == "kw_only":
            keyword_only = constant is True
        elif keyword.arg is None:
            default = Opaque(context.span(keyword), (expression(context, keyword.value),), "field")
    if default is None and call.args and dotted(call.func).rpartition(".")[2] != "field":
        # pydantic's `Field(default, ...)` and attrs' `ib(default)`; `...` says that there is none.
        first = call.args[0]
        if not (isinstance(first, ast.Constant) and first.value is Ellipsis):
            default = expression(context, first)
    return default, in_init, keyword_only


def _set(span: Span, name: str, value: Expression) -> Statement:
    """`self.name = value`."""
    return Evaluate(span, Assign(span, Member(span, Name(span, "self"), name, span), value))
