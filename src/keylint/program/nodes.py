"""Expressions and statements of the neutral program.

A front end turns concrete syntax into these nodes; the machine runs them. They mean the same whichever language
they came from. Whatever a front end does not understand becomes `Opaque`, which keeps its children in evaluation
order: the analysis then knows less, never something false.

Every node has a `Span`, a half-open range of UTF-8 byte offsets into `Source.data`. Children of a node are listed in
evaluation order. Wrappers that change nothing about a value (`as CFDictionary`, `as const`, `satisfies`, postfix `!`,
parentheses, Swift's plain `try`, `Object.freeze`) are not represented: the front end yields what they wrap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from keylint.program.module import Function, TypeDeclaration


class Span(NamedTuple):
    """A half-open range of UTF-8 byte offsets, 0-based, into `Source.data`."""

    start: int
    end: int


class Node(Struct, frozen=True, gc=False):
    """Anything with a place in a file."""

    span: Span


class Expression(Node, frozen=True, gc=False):
    """Something that has a value."""


class Statement(Node, frozen=True, gc=False):
    """Something that is done."""


# --- expressions ------------------------------------------------------------------------------------------------


class Literal(Expression, frozen=True, gc=False):
    """A constant. `None` stands for nil, null, undefined and Python's None alike."""

    value: str | bytes | int | float | bool | None


class Name(Expression, frozen=True, gc=False):
    """A name in scope. Swift's and TypeScript's `self`/`this`/`super` are names too, spelled `self` and `super`.

    Swift's anonymous closure parameters keep their spelling (`$0`); the closure declares them as parameters.
    """

    name: str


class Member(Expression, frozen=True, gc=False):
    """`object.name`. Swift's implicit member `.whenUnlocked` has no object (`None`). `name_span` covers the name."""

    object: Expression | None
    name: str
    name_span: Span
    optional: bool = False


class Index(Expression, frozen=True, gc=False):
    """`object[index]`. Several indices (Swift subscripts with labels) come as `Call` with a callee `Member(object, "subscript")`."""

    object: Expression
    index: Expression
    optional: bool = False


class Argument(Node, frozen=True, gc=False):
    """One argument. `label` is Swift's label, Python's keyword; `None` when positional.

    `spread` is `"*"` for `*args` and `...args`, `"**"` for `**kwargs`. A Swift trailing closure is an argument with
    `trailing=True`: the first has no label, later ones have theirs. `inout` marks Swift's `&x`, whose value is `x`.
    """

    value: Expression
    label: str | None = None
    spread: str = ""
    trailing: bool = False
    inout: bool = False


class Call(Expression, frozen=True, gc=False):
    """`callee(arguments)`. `constructs` is true for JavaScript's `new X(...)`.

    JSX elements are calls too: `<Login save={save}>` is `Call(Name("Login"), [Argument(save, label="save"), …children])`
    with `element=True`.
    """

    callee: Expression
    arguments: tuple[Argument, ...]
    optional: bool = False
    constructs: bool = False
    element: bool = False


class Entry(Node, frozen=True, gc=False):
    """`key: value` of a dictionary. A JavaScript property name and a Python keyword are `Literal` keys."""

    key: Expression
    value: Expression


class Spread(Node, frozen=True, gc=False):
    """`...value` in an object or list, `**value` in a Python dict, `*value` in a Python list."""

    value: Expression


class Conditional(Node, frozen=True, gc=False):
    """Entries of a dictionary literal that only some build has: what stood between `#if` and `#endif` inside it.

    `branches` are the alternatives in order; without `#else` the last one is empty.
    """

    test: Expression
    branches: tuple[tuple[Entry | Spread | Conditional, ...], ...]


class Dict(Expression, frozen=True, gc=False):
    """A dictionary or object literal."""

    items: tuple[Entry | Spread | Conditional, ...]


class ListDisplay(Expression, frozen=True, gc=False):
    """A list, array, set or tuple literal."""

    items: tuple[Expression | Spread, ...]


class Choice(Expression, frozen=True, gc=False):
    """`test ? then : otherwise`, Python's conditional expression, and Swift's if/switch expressions (nested)."""

    test: Expression
    then: Expression
    otherwise: Expression


class Operation(Expression, frozen=True, gc=False):
    """An operator applied to operands, by these names in every language:

    `and`, `or` (with JavaScript's and Python's value semantics), `not`, `default` (`??`), `==`, `!=` (also `===`, `is`),
    `<`, `<=`, `>`, `>=`, `in`, `not in`, `+` (also joins text), `-`, `*`, `/`, `%`, `~=`; `void`, `typeof`, `delete`
    (JavaScript's); `is` (a Swift or Python type test, JavaScript's `instanceof`). Any other operator is `Opaque`.
    """

    operator: str
    operands: tuple[Expression, ...]


class Assign(Expression, frozen=True, gc=False):
    """Puts `value` into `target`; as an expression its value is `value`.

    `target` is `Name`, `Member`, `Index`, or a pattern: `ListDisplay` of targets (tuple or array destructuring, with
    `Spread` for the rest), `RecordPattern`, `WithDefault`. `Name("_")` discards.

    `scope` says where a plain name goes: `"block"` declares it in the innermost block (Swift `let`/`var`, JavaScript
    `let`/`const`), `"function"` in the function (JavaScript `var`, every Python assignment not declared `global` or
    `nonlocal`), `"outer"` updates the nearest existing one. `constant` is true for Swift `let` and JavaScript `const`.
    `operator` is the augmented operator (`"+"` for `+=`, `"default"` for `??=`, `"or"` for `||=`), or empty.
    `concurrent` marks Swift's `async let`. A declaration without a value has `value=None`.
    """

    target: Expression
    value: Expression | None
    scope: str = "outer"
    operator: str = ""
    constant: bool = False
    concurrent: bool = False
    type_name: str | None = None


class RecordPatternItem(Node, frozen=True, gc=False):
    """`{ key: target = default }`."""

    key: Expression
    target: Expression


class RecordPattern(Expression, frozen=True, gc=False):
    """Object destructuring. `rest` receives what is left."""

    items: tuple[RecordPatternItem, ...]
    rest: Expression | None = None


class WithDefault(Expression, frozen=True, gc=False):
    """A target that takes `default` when the value is missing (JavaScript destructuring)."""

    target: Expression
    default: Expression


class Bind(Expression, frozen=True, gc=False):
    """Swift's `if let x = value` and `guard let`: true when `value` is not nil, and then `target` holds it.

    The name is declared in the innermost enclosing `Block`, so a front end wraps an `if let` in a `Block` of its own
    and leaves a `guard let` bare. `if case .some(let x) = value` and other patterns are `Matches`.
    """

    target: Expression
    value: Expression


class Matches(Expression, frozen=True, gc=False):
    """`value` matches `pattern` (Swift `if case`, Python `match` inside a test). Names that the pattern binds are in `binds`."""

    value: Expression
    pattern: Expression
    binds: tuple[Name, ...] = ()


class Lambda(Expression, frozen=True, gc=False):
    """A closure, arrow function or lambda, or a function expression."""

    function: Function


class Await(Expression, frozen=True, gc=False):
    """A suspension point. `for await` and `async with` carry theirs in the statement."""

    value: Expression


class Yield(Expression, frozen=True, gc=False):
    """Python's and JavaScript's `yield`; `value` may be absent."""

    value: Expression | None


class Attempt(Expression, frozen=True, gc=False):
    """A failure turned into nil: Swift's `try? value` (`kind="try"`) and `value as? T` (`kind="cast"`)."""

    value: Expression
    kind: str = "try"


class Template(Expression, frozen=True, gc=False):
    """Text put together from parts: f-strings, template strings, Swift interpolation."""

    parts: tuple[Expression, ...]


class Comprehension(Expression, frozen=True, gc=False):
    """A Python comprehension with one `for`; several nest. `kind`: list, set, dict, generator. `key` only for dict."""

    kind: str
    target: Expression
    iterable: Expression
    conditions: tuple[Expression, ...]
    element: Expression
    key: Expression | None = None


class Opaque(Expression, frozen=True, gc=False):
    """A construct whose meaning is not modelled. Its children are still evaluated, in order; its value is unknown.

    `kind` is the grammar's name for it, for debugging only.
    """

    children: tuple[Expression, ...] = ()
    kind: str = ""


# --- statements -------------------------------------------------------------------------------------------------


class Block(Statement, frozen=True, gc=False):
    """Statements in order, in a scope of their own."""

    statements: tuple[Statement, ...]


class Evaluate(Statement, frozen=True, gc=False):
    """An expression evaluated for its effect. An `Assign` is the usual content."""

    value: Expression


class If(Statement, frozen=True, gc=False):
    """`if`. A Swift `guard c else { b }` is `If(c, then=Block(()), otherwise=b)`: it runs on after the `If`.

    Conditional compilation (`#if`) is an `If` whose test is `CompileCondition`.
    """

    test: Expression
    then: Block
    otherwise: Block | None = None


class CompileCondition(Expression, frozen=True, gc=False):
    """The condition of an `#if`, as text. Its value is unknown: every branch is analyzed."""

    text: str


class Case(Node, frozen=True, gc=False):
    """One case. `patterns` are alternatives, compared with `==` when they are plain expressions; empty means default.

    `binds` are the names its patterns bind (their values are unknown parts of the subject). `falls_through` is true for
    every JavaScript case (a `Break` leaves the switch) and for Swift's explicit `fallthrough`.
    """

    patterns: tuple[Expression, ...]
    body: Block
    guard: Expression | None = None
    binds: tuple[Name, ...] = ()
    falls_through: bool = False


class Switch(Statement, frozen=True, gc=False):
    """`switch` and `match`."""

    subject: Expression
    cases: tuple[Case, ...]


class Loop(Statement, frozen=True, gc=False):
    """Any loop. `target`/`iterable` for `for … in`, `test` for `while`; a C-style `for` keeps its header in `before`/`after`.

    `at_least_once` for `repeat`/`do … while`. `awaits` for `for await`/`async for`. `otherwise` is Python's `else`.
    """

    body: Block
    target: Expression | None = None
    iterable: Expression | None = None
    test: Expression | None = None
    after: tuple[Expression, ...] = ()
    at_least_once: bool = False
    awaits: bool = False
    otherwise: Block | None = None
    label: str | None = None


class Handler(Node, frozen=True, gc=False):
    """`except`/`catch`. No `types` means everything. `name` is what the error is bound to (Swift: `error` by default).

    `types` are expressions: Python exception classes; Swift catch patterns such as `KeychainError.noPassword` or the type
    in `catch let e as KeychainError`. `guard` is Swift's `where`. `binds` as in `Case`.
    """

    types: tuple[Expression, ...]
    name: str | None
    body: Block
    guard: Expression | None = None
    binds: tuple[Name, ...] = ()


class Try(Statement, frozen=True, gc=False):
    """`try`/`do`. `otherwise` is Python's `else`, `final` is `finally`. A Swift `do` without `catch` is a plain `Block`."""

    body: Block
    handlers: tuple[Handler, ...]
    otherwise: Block | None = None
    final: Block | None = None


class Return(Statement, frozen=True, gc=False):
    """Leaves the function. A single-expression body (arrow function, Swift implicit return) is lowered as `Return`."""

    value: Expression | None


class Raise(Statement, frozen=True, gc=False):
    """`raise`/`throw`. `value` is absent for Python's bare `raise`. `fatalError()` and the like are calls, not this."""

    value: Expression | None


class Break(Statement, frozen=True, gc=False):
    """Leaves the innermost loop or switch, or the one labelled."""

    label: str | None = None


class Continue(Statement, frozen=True, gc=False):
    """Next round of the innermost loop, or of the one labelled."""

    label: str | None = None


class Region(Statement, frozen=True, gc=False):
    """Python's `with manager as target: body`; one manager each, several nest. JavaScript's `using` likewise."""

    manager: Expression
    body: Block
    target: Expression | None = None
    awaits: bool = False


class Defer(Statement, frozen=True, gc=False):
    """Runs `body` when the enclosing block is left, in reverse order."""

    body: Block


class Define(Statement, frozen=True, gc=False):
    """A function or type declared inside a body; it is in scope in the whole enclosing block."""

    declaration: Function | TypeDeclaration
