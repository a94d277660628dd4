"""Writes a lowered Swift program compactly, in a notation that tests can read."""

from __future__ import annotations

from keylint.languages.swift import lower
from keylint.program import nodes as n
from keylint.program.module import Function, Module, Parameter, Property, TypeDeclaration
from keylint.source import Source


def module(code: str, *words: str) -> Module:
    """The module of `code`; everything matters unless trigger words are given."""
    triggers = [word.encode() for word in words] or [b""]
    return lower(Source("test.swift", code.encode()), triggers)


def body(code: str) -> list[str]:
    """The statements of a function with this body, one string each."""
    (function,) = module("func f() {\n" + code + "\n}").functions
    assert function.body is not None
    return [statement(each) for each in function.body.statements]


def value(code: str) -> str:
    """The value of an expression."""
    (only,) = body("_ = " + code)
    assert only.startswith("_ = ")
    return only[4:]


def block(node: n.Block | None) -> str:
    if node is None:
        return "-"
    return "{" + "; ".join(statement(each) for each in node.statements) + "}"


def parameter(node: Parameter) -> str:
    label = "" if node.label == node.name else f"{node.label or '_'} "
    text = ("inout " if node.inout else "") + label + node.name + node.rest
    if node.type_name:
        text += ": " + node.type_name + ("?" if node.optional else "")
    if node.default is not None:
        text += " = " + expression(node.default)
    return text


def function(node: Function) -> str:
    marks = [node.kind]
    marks += [mark for mark, on in (("static", node.is_static), ("async", node.is_async), ("throws", node.throws)) if on]
    if node.isolation:
        marks.append(node.isolation)
    if node.visibility != "internal":
        marks.append(node.visibility)
    text = f"{' '.join(marks)} {node.name}({', '.join(parameter(each) for each in node.parameters)})"
    if node.return_type:
        text += " -> " + node.return_type
    if node.attributes:
        text = " ".join("@" + expression(each) for each in node.attributes) + " " + text
    if node.skipped:
        return text + " skipped"
    return text if node.body is None else text + " " + block(node.body)


def property(node: Property) -> str:  # noqa: A001
    marks = [node.visibility] if node.visibility != "internal" else []
    marks += [mark for mark, on in (("static", node.is_static), ("lazy", node.is_lazy), ("case", node.is_case)) if on]
    if node.isolation:
        marks.append(node.isolation)
    marks.append("var" if node.mutable else "let")
    text = " ".join(marks) + " " + node.name + (": " + node.type_name if node.type_name else "")
    if node.attributes:
        text = " ".join("@" + expression(each) for each in node.attributes) + " " + text
    if node.value is not None:
        text += " = " + expression(node.value)
    for accessor in (node.getter, node.setter):
        if accessor is not None:
            text += f" [{function(accessor)}]"
    return text


def type_declaration(node: TypeDeclaration) -> list[str]:
    marks = [mark for mark in (node.visibility if node.visibility != "internal" else "", node.isolation or "") if mark]
    head = " ".join([*marks, node.kind, node.name]) + (": " + ", ".join(node.inherits) if node.inherits else "")
    lines = [head]
    lines += ["  " + property(each) for each in node.properties]
    lines += ["  " + function(each) for each in node.functions]
    for each in node.types:
        lines += ["  " + line for line in type_declaration(each)]
    return lines


def types(code: str, *words: str) -> list[str]:
    """The types of a file, a line a member."""
    return [line for each in module(code, *words).types for line in type_declaration(each)]


def statement(node: n.Statement) -> str:
    match node:
        case n.Block():
            return block(node)
        case n.Evaluate(value=inner):
            return expression(inner)
        case n.If():
            return f"if {expression(node.test)} {block(node.then)}" + (f" else {block(node.otherwise)}" if node.otherwise else "")
        case n.Switch():
            return f"switch {expression(node.subject)} " + " ".join(case(each) for each in node.cases)
        case n.Loop():
            text = f"{node.label}: loop" if node.label else "loop"
            text += " once" if node.at_least_once else ""
            if node.target is not None and node.iterable is not None:
                text += f" {expression(node.target)} in {'await ' if node.awaits else ''}{expression(node.iterable)}"
            if node.test is not None:
                text += f" while {expression(node.test)}"
            return text + " " + block(node.body)
        case n.Try():
            return "try " + block(node.body) + "".join(" " + handler(each) for each in node.handlers)
        case n.Return(value=inner):
            return "return" + (f" {expression(inner)}" if inner else "")
        case n.Raise(value=inner):
            return "raise" + (f" {expression(inner)}" if inner else "")
        case n.Break(label=label):
            return "break" + (f" {label}" if label else "")
        case n.Continue(label=label):
            return "continue" + (f" {label}" if label else "")
        case n.Defer(body=inner):
            return "defer " + block(inner)
        case n.Define(declaration=declared):
            return f"<{function(declared) if isinstance(declared, Function) else '; '.join(type_declaration(declared))}>"
    raise AssertionError(node)


def case(node: n.Case) -> str:
    text = "case " + (" | ".join(expression(each) for each in node.patterns) or "_")
    if node.binds:
        text += f" let({', '.join(each.name for each in node.binds)})"
    if node.guard is not None:
        text += " where " + expression(node.guard)
    return f"[{text}: {block(node.body)}{' fallthrough' if node.falls_through else ''}]"


def handler(node: n.Handler) -> str:
    text = f"catch {node.name}" + "".join(": " + expression(each) for each in node.types)
    if node.binds:
        text += f" let({', '.join(each.name for each in node.binds)})"
    if node.guard is not None:
        text += " where " + expression(node.guard)
    return text + " " + block(node.body)


def argument(node: n.Argument) -> str:
    text = (f"{node.label}: " if node.label else "") + ("&" if node.inout else "") + node.spread + expression(node.value)
    return "~" + text if node.trailing else text


def entry(node: n.Entry | n.Spread | n.Conditional) -> str:
    match node:
        case n.Entry():
            return f"{expression(node.key)}: {expression(node.value)}"
        case n.Spread():
            return "..." + expression(node.value)
        case n.Conditional():
            branches = " | ".join(", ".join(entry(each) for each in branch) for branch in node.branches)
            return f"#if {expression(node.test)} <{branches}>"


def expression(node: n.Expression) -> str:
    match node:
        case n.Literal(value=inner):
            return "nil" if inner is None else repr(inner)
        case n.Name(name=name):
            return name
        case n.Member():
            return f"{expression(node.object) if node.object else ''}{'?' if node.optional else ''}.{node.name}"
        case n.Index():
            return f"{expression(node.object)}{'?' if node.optional else ''}[{expression(node.index)}]"
        case n.Call():
            return f"{expression(node.callee)}{'?' if node.optional else ''}({', '.join(argument(each) for each in node.arguments)})"
        case n.Dict(items=items):
            return "[" + (", ".join(entry(each) for each in items) or ":") + "]"
        case n.ListDisplay(items=items):
            return "[" + ", ".join("..." + expression(i.value) if isinstance(i, n.Spread) else expression(i) for i in items) + "]"
        case n.Choice():
            return f"({expression(node.test)} ? {expression(node.then)} : {expression(node.otherwise)})"
        case n.Operation(operator=operator, operands=operands):
            if len(operands) == 1:
                return f"({operator} {expression(operands[0])})"
            return "(" + f" {operator} ".join(expression(each) for each in operands) + ")"
        case n.Assign():
            word = "" if node.scope == "outer" else "let " if node.constant else "var "
            text = ("async " if node.concurrent else "") + word + expression(node.target)
            text += f": {node.type_name}" if node.type_name else ""
            return text + (f" {node.operator}= {expression(node.value)}" if node.value is not None else "")
        case n.Bind():
            return f"(let {expression(node.target)} = {expression(node.value)})"
        case n.Matches():
            binds = f" let({', '.join(each.name for each in node.binds)})" if node.binds else ""
            return f"({expression(node.value)} matches {expression(node.pattern)}{binds})"
        case n.Lambda(function=inner):
            marks = "".join(mark + " " for mark, on in (("async", inner.is_async), (inner.isolation or "", inner.isolation)) if on)
            captures = f"[{', '.join(each.name for each in inner.captures)}] " if inner.captures else ""
            return f"{marks}{captures}({', '.join(each.name for each in inner.parameters)}) => {block(inner.body)}"
        case n.Await(value=inner):
            return f"await {expression(inner)}"
        case n.Attempt(value=inner, kind=kind):
            return f"{kind}?({expression(inner)})"
        case n.Template(parts=parts):
            return "`" + "".join(str(p.value) if isinstance(p, n.Literal) else "{" + expression(p) + "}" for p in parts) + "`"
        case n.CompileCondition(text=text):
            return text
        case n.Opaque(children=children, kind=kind):
            return f"<{kind}{''.join(' ' + expression(each) for each in children)}>"
    raise AssertionError(node)
