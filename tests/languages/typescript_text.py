"""A lowered TypeScript program written out again, compactly, so that a test can say what it expects in a line.

Expressions read like the language they came from, but every meaning is explicit: `let`/`var`/`=` for the scope of an
assignment, `?` for what is opaque, `#` before a JSX element, `=>` before the body of a closure that does not bind `this`.
"""

from __future__ import annotations

from keylint.languages.typescript import lower
from keylint.program import module as m
from keylint.program import nodes as n
from keylint.source import Source

EVERYTHING = tuple(bytes([letter]) for letter in b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789{}()")


def lowered(code: str, path: str = "app.tsx", words: tuple[bytes, ...] = EVERYTHING) -> m.Module:
    """The module of `code`; everything in it matters unless `words` say otherwise."""
    return lower(Source.decode(path, code.encode(), "typescript"), words)


def body(code: str, path: str = "app.tsx") -> str:
    """The top-level statements of `code`."""
    return statements(lowered(code, path).body)


def value(code: str, path: str = "app.tsx") -> str:
    """The expression `code`."""
    return body(f"x = {code};", path).removeprefix("x = ").removesuffix(";")


def function(declared: m.Function) -> str:
    """A function with its marks, parameters and body."""
    marks = [
        *(f"@{expression(attribute)}" for attribute in declared.attributes),
        "static" if declared.is_static else "",
        "async" if declared.is_async else "",
        "" if declared.kind == "function" else declared.kind,
        declared.name + ("*" if declared.is_generator else ""),
    ]
    head = " ".join(filter(None, marks))
    arrow = " " if declared.binds_this else " => "
    inside = "skipped" if declared.skipped else ";" if declared.body is None else statements(declared.body)
    returned = f": {declared.return_type}" if declared.return_type else ""
    return f"{head}({', '.join(map(parameter, declared.parameters))}){returned}{arrow}{{{inside}}}".strip()


def parameter(declared: m.Parameter) -> str:
    name = declared.name if declared.pattern is None else expression(declared.pattern)
    type_name = f": {declared.type_name}" if declared.type_name else ""
    default = f" = {expression(declared.default)}" if declared.default is not None else ""
    return f"{declared.rest}{name}{'?' if declared.optional else ''}{type_name}{default}"


def type_declaration(declared: m.TypeDeclaration) -> str:
    """A type: its properties, then its functions, then its types."""
    inherits = f"({', '.join(declared.inherits)})" if declared.inherits else ""
    members = [
        *map(property_, declared.properties),
        *(f"{member.visibility} {function(member)}" for member in declared.functions),
        *map(type_declaration, declared.types),
    ]
    attributes = "".join(f"@{expression(attribute)} " for attribute in declared.attributes)
    return f"{attributes}{declared.kind} {declared.name}{inherits} {{{'; '.join(members)}}}"


def property_(declared: m.Property) -> str:
    marks = [
        *(f"@{expression(attribute)}" for attribute in declared.attributes),
        declared.visibility,
        "static" if declared.is_static else "",
        "case" if declared.is_case else "",
        "" if declared.mutable or declared.is_case else "const",
    ]
    text = " ".join([*filter(None, marks), declared.name])
    text += f": {declared.type_name}" if declared.type_name else ""
    text += f" = {expression(declared.value)}" if declared.value is not None else ""
    for accessor in (declared.getter, declared.setter):
        text += f" {{{function(accessor)}}}" if accessor is not None else ""
    return text


def statements(block: n.Block) -> str:
    return " ".join(map(statement, block.statements))


def statement(node: n.Statement) -> str:
    match node:
        case n.Block():
            return f"{{{statements(node)}}}"
        case n.Evaluate():
            return f"{expression(node.value)};"
        case n.If():
            otherwise = f" else {{{statements(node.otherwise)}}}" if node.otherwise is not None else ""
            return f"if ({expression(node.test)}) {{{statements(node.then)}}}{otherwise}"
        case n.Switch():
            cases = []
            for case in node.cases:
                patterns = " | ".join(map(expression, case.patterns)) or "default"
                cases.append(f"{patterns}: {{{statements(case.body)}}}{'' if case.falls_through else ' !'}")
            return f"switch ({expression(node.subject)}) {{{' '.join(cases)}}}"
        case n.Loop():
            label = f"{node.label}: " if node.label else ""
            each = f" for {expression(node.target)} of {expression(node.iterable)}" if node.target and node.iterable else ""
            test = f" while {expression(node.test)}" if node.test is not None else ""
            after = f" after {', '.join(map(expression, node.after))}" if node.after else ""
            return (
                f"{label}loop{' once' if node.at_least_once else ''}{' await' if node.awaits else ''}{each}{test}{after}"
                f" {{{statements(node.body)}}}"
            )
        case n.Try():
            text = f"try {{{statements(node.body)}}}"
            for handler in node.handlers:
                bound = handler.name or ", ".join(name.name for name in handler.binds)
                text += f" catch {bound + ' ' if bound else ''}{{{statements(handler.body)}}}"
            return text + (f" finally {{{statements(node.final)}}}" if node.final is not None else "")
        case n.Return():
            return f"return {expression(node.value)};" if node.value is not None else "return;"
        case n.Raise():
            return f"throw {expression(node.value)};" if node.value is not None else "throw;"
        case n.Break():
            return f"break {node.label};" if node.label else "break;"
        case n.Continue():
            return f"continue {node.label};" if node.label else "continue;"
        case n.Define():
            declared = node.declaration
            return function(declared) if isinstance(declared, m.Function) else type_declaration(declared)
    raise AssertionError(node)


def expression(node: n.Expression | n.Spread) -> str:
    match node:
        case n.Literal():
            return repr(node.value)
        case n.Name():
            return node.name
        case n.Member():
            assert node.object is not None
            return f"{expression(node.object)}{'?.' if node.optional else '.'}{node.name}"
        case n.Index():
            return f"{expression(node.object)}{'?.' if node.optional else ''}[{expression(node.index)}]"
        case n.Call():
            new = "new " if node.constructs else "#" if node.element else ""
            return f"{new}{expression(node.callee)}{'?.' if node.optional else ''}({', '.join(map(argument, node.arguments))})"
        case n.Dict():
            return f"{{{', '.join(map(entry, node.items))}}}"
        case n.ListDisplay():
            return f"[{', '.join(map(expression, node.items))}]"
        case n.Spread():
            return f"...{expression(node.value)}"
        case n.Choice():
            return f"({expression(node.test)} ? {expression(node.then)} : {expression(node.otherwise)})"
        case n.Operation():
            return f"({node.operator} {' '.join(map(expression, node.operands))})"
        case n.Assign():
            return assignment(node)
        case n.RecordPattern():
            items = [f"{key(item.key)}: {expression(item.target)}" for item in node.items]
            return f"{{{', '.join(items + ([f'...{expression(node.rest)}'] if node.rest is not None else []))}}}"
        case n.WithDefault():
            return f"{expression(node.target)} ?= {expression(node.default)}"
        case n.Lambda():
            made = node.function
            return function(made).replace("closure", "", 1).replace("async (", "async(").strip()
        case n.Await():
            return f"(await {expression(node.value)})"
        case n.Yield():
            return f"(yield {expression(node.value)})" if node.value is not None else "(yield)"
        case n.Template():
            return f"`{' '.join(map(expression, node.parts))}`"
        case n.Opaque():
            return f"?{node.kind}({', '.join(map(expression, node.children))})"
    raise AssertionError(node)


def assignment(node: n.Assign) -> str:
    word = {"block": "const " if node.constant else "let ", "function": "var ", "outer": ""}[node.scope]
    type_name = f": {node.type_name}" if node.type_name else ""
    if node.value is None:
        return f"{word}{expression(node.target)}{type_name}"
    return f"{word}{expression(node.target)}{type_name} {node.operator}= {expression(node.value)}"


def argument(node: n.Argument) -> str:
    label = f"{node.label}=" if node.label is not None else ""
    return f"{label}{node.spread}{expression(node.value)}"


def entry(node: n.Entry | n.Spread | n.Conditional) -> str:
    assert not isinstance(node, n.Conditional)
    return f"...{expression(node.value)}" if isinstance(node, n.Spread) else f"{key(node.key)}: {expression(node.value)}"


def key(node: n.Expression) -> str:
    """A property name that the program spells out as itself, any other in brackets."""
    return node.value if isinstance(node, n.Literal) and isinstance(node.value, str) else f"[{expression(node)}]"
