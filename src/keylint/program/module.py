"""Declarations: what a file is made of once its syntax is gone."""

from __future__ import annotations

from msgspec import Struct

from keylint.program.nodes import Block, Expression, Name, Node, Span


class Parameter(Node, frozen=True, gc=False):
    """A parameter of a function.

    `name` is the local name; `label` what a caller writes: in Swift the external label (`None` for `_`), in Python the
    name unless positional-only, in TypeScript always `None`. `rest` is `"*"` for variadic, `"**"` for keyword rest.
    `optional` is true where leaving the argument out means nil/undefined (TypeScript `name?: T`) or the type admits nil
    (Swift `T?`, Python `T | None`, `Optional[T]`); it says nothing about a default. `pattern` holds a destructuring
    pattern; `name` is then a made-up unique name.
    `type_name` is the type's source text without `?`, `inout` and generics, or `None`.
    """

    name: str
    label: str | None = None
    default: Expression | None = None
    rest: str = ""
    optional: bool = False
    inout: bool = False
    type_name: str | None = None
    pattern: Expression | None = None
    keyword_only: bool = False


class Function(Node, frozen=True, gc=False):
    """A function, method, accessor or closure.

    - `kind`: function, method, initializer, deinitializer, getter, setter, subscript, closure.
    - `body` is `None` for a requirement or declaration without code, and when `skipped`: the front end saw that nothing in
      it can matter (see `languages.relevance`) and did not lower it.
    - `isolation`: `None`, `"nonisolated"`, or the name of a global actor (`"MainActor"`) written on the function.
    - `attributes`: decorators and attributes as expressions (`Name("objc")`, a `Call` when they have arguments), and the conditions of
      the `#if` groups that the function stands in.
    - `visibility`: `private` (Swift private/fileprivate, a JavaScript `#x` or TypeScript `private`, a Python name with a leading
      underscore, a TypeScript top-level declaration that is not exported), `internal`, or `public` (Swift public/open, an
      exported declaration, a public Python name).
    - `implicit_self`: a bare name may mean a member of `self` (Swift). In Python the first parameter of a method is
      ordinary and named in `parameters`; `self_name` says which it is, so that the machine binds the instance to it.
    - `name` of an initializer is `init`, of a subscript `subscript`, of a closure empty.
    - `type_name` of the return type likewise, `None` when unknown.
    """

    name: str
    name_span: Span
    parameters: tuple[Parameter, ...]
    body: Block | None
    kind: str = "function"
    is_static: bool = False
    is_class_method: bool = False
    is_async: bool = False
    is_generator: bool = False
    throws: bool = False
    skipped: bool = False
    isolation: str | None = None
    visibility: str = "internal"
    attributes: tuple[Expression, ...] = ()
    implicit_self: bool = False
    self_name: str | None = None
    binds_this: bool = True
    return_type: str | None = None
    captures: tuple[Name, ...] = ()


class Property(Node, frozen=True, gc=False):
    """A stored or computed property, class attribute, enum case or constant of a type or file.

    `value` is the initial value. `mutable` is false for Swift `let`, TypeScript `readonly` and `const`, Python `Final`; a Python
    class attribute or module variable is mutable. Observers are methods named `willSet`/`didSet`. An enum case is
    a static, immutable property with `is_case`; its `value` is the raw value if written. `skipped`: the front end saw that the value or
    the accessors cannot matter, and did not lower them.
    """

    name: str
    name_span: Span
    value: Expression | None = None
    getter: Function | None = None
    setter: Function | None = None
    is_static: bool = False
    is_lazy: bool = False
    is_case: bool = False
    mutable: bool = True
    visibility: str = "internal"
    isolation: str | None = None
    type_name: str | None = None
    attributes: tuple[Expression, ...] = ()
    skipped: bool = False


class TypeDeclaration(Node, frozen=True, gc=False):
    """A type, or one piece of it: an `extension` adds to the type of the same `name`.

    - `kind`: class, struct, enum, actor, protocol, extension, interface, object (a JavaScript object literal is not a type), alias (another
      name for the one type it `inherits`).
    - `name` is qualified with dots when nested (`Keychain.Options`); an extension's is what it extends.
    - `inherits`: names of superclasses and protocols, as written, without generics.
    - `isolation`: the global actor written on the type, or `None`.
    """

    name: str
    name_span: Span
    kind: str
    inherits: tuple[str, ...] = ()
    functions: tuple[Function, ...] = ()
    properties: tuple[Property, ...] = ()
    types: tuple[TypeDeclaration, ...] = ()
    isolation: str | None = None
    visibility: str = "internal"
    attributes: tuple[Expression, ...] = ()


PROTOCOLS = ("protocol", "interface")
"""Kinds of types without objects of their own."""


class Import(Node, frozen=True, gc=False):
    """One imported binding.

    `module` is as written, with Python's leading dots for a relative one. `name` is the name in the module, `"*"` for the module
    itself (`import * as S`, `import Security`), `"default"` for a default import. `require('…')` and dynamic `import('…')` stay
    in the code as `Call(Name("require" | "import"), …)`. `local` is
    the name here; a side-effect import has none. Python's `from x import *` and Swift's `import X`, which bring every
    public name into scope, have `name="*"` and `local=None` with `wildcard=True`. Type-only imports are left out.
    """

    module: str
    name: str
    local: str | None
    wildcard: bool = False


class Export(Node, frozen=True, gc=False):
    """`export { local as name }`, `export default …` (`name="default"`), and re-exports, which have `module`.

    `export * from 'x'` has `name="*"` and no `local`; `export * as ns from 'x'` has `name="ns"`, `local="*"`.
    `value` is the expression of `export default expression` and of CommonJS `module.exports = …`.
    """

    name: str
    local: str | None
    module: str | None = None
    value: Expression | None = None


class Gap(Node, frozen=True, gc=False):
    """Source that the parser skipped: an error node's own tokens, whose meaning is lost. Its children may have been lowered."""


class Module(Struct, frozen=True, gc=False):
    """A file.

    `body` is its top-level code in order. Declarations found at the top level are in `functions`, `types` and
    `properties` (Swift and TypeScript top-level constants are *not* properties: they are assignments in `body`). A Python or JavaScript
    function or class defined at the top level is in `functions`/`types`, not repeated as `Define` in `body`; one defined under
    a top-level `if`/`try` is a `Define` in `body`.
    `gaps` are what the parser lost. `type_imports` are Python's under `TYPE_CHECKING`: names that only type annotations mean.
    """

    language: str
    body: Block
    functions: tuple[Function, ...] = ()
    types: tuple[TypeDeclaration, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: tuple[Export, ...] = ()
    gaps: tuple[Gap, ...] = ()
    type_imports: tuple[Import, ...] = ()
