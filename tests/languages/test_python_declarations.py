"""Python functions and classes in the neutral program."""

from __future__ import annotations

import pytest
from python_rendering import function, kind, lowered

from keylint.program.module import Function


def functions(text: str) -> list[str]:
    return [function(part) for part in lowered(text).functions]


def types(text: str) -> list[str]:
    return [kind(part) for part in lowered(text).types]


def method(text: str) -> Function:
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    return lowered(f"class A:\n{indented}").types[0].functions[0]


def test_parameters() -> None:
    text = "def f(a, /, b: str, c: 'str | None' = None, *d, e: Optional[x.Y[int]], g: Union[None, int] = 1, **h): return 1"
    assert functions(text) == [
        "function f(_ a, b: str, c: str? = None, *d, e: x.Y? (keyword), g: int? = 1 (keyword), **h) {return 1}"
    ]


def test_function_flags() -> None:
    text = "@a\n@b.c(1)\nasync def _f() -> Annotated[int, 2]:\n    yield 1\n"
    made = lowered(text).functions[0]
    assert function(made) == "@a @b.c(1) async generator function _f() -> int {yield 1}"
    assert made.visibility == "private"
    assert text[slice(*made.name_span)] == "_f"


def test_yield_of_an_inner_function_is_not_the_outer_ones() -> None:
    outer = lowered("def f():\n    def g(): yield 1\n    return lambda: (yield)\n").functions[0]
    assert not outer.is_generator


@pytest.mark.parametrize(
    ("text", "static", "class_method", "self_name", "kind_of", "name"),
    [
        ("def m(me, a): return a", False, False, "me", "method", "m"),
        ("def m(*a): return a", False, False, None, "method", "m"),
        ("@staticmethod\ndef m(a): return a", True, False, None, "method", "m"),
        ("@classmethod\ndef m(cls): return cls", False, True, "cls", "method", "m"),
        ("def __new__(cls): return 1", False, True, "cls", "method", "__new__"),
        ("def __init__(self): self.a = 1", False, False, "self", "initializer", "init"),
    ],
)
def test_methods(text: str, static: bool, class_method: bool, self_name: str | None, kind_of: str, name: str) -> None:
    made = method(text)
    assert (made.is_static, made.is_class_method, made.self_name, made.kind, made.name) == (
        static,
        class_method,
        self_name,
        kind_of,
        name,
    )


def test_visibility_of_names_with_underscores() -> None:
    text = "class A:\n    def __call__(s): return 1\n    def __a(self): return 1\n    def _b(self): return 1\n    def c(self): return 1\n"
    assert [part.visibility for part in lowered(text).types[0].functions] == ["public", "private", "private", "public"]


def test_code_that_only_declares_has_no_body() -> None:
    text = (
        "class A(Protocol):\n    def a(self) -> int: ...\n    @abstractmethod\n    def b(self):\n        'says what'\n"
        "    def c(self): pass\n    @overload\n    def d(self): ...\n"
    )
    assert types(text) == ["protocol A(Protocol) [method a(self) -> int - | @abstractmethod method b(self) - | method c(self) {}]"]


def test_properties() -> None:
    text = (
        "class A:\n    x = y = 1\n    a, b = 'p', q\n    c: Final = 2\n    _d: int\n"
        "    @property\n    def e(self): return 3\n    @e.setter\n    def e(self, v): self.f = v\n"
        "    @cached_property\n    def g(self) -> str: return 4\n"
    )
    assert types(text) == [
        "class A [static x = 1 | static y = 1 | static a = 'p' | static b = q | final static c = 2 | static _d: int | "
        "e <@property getter e(self) {return 3}> <@e.setter setter e(self, v) {self.f = v}> | "
        "g: str <@cached_property getter g(self) -> str {return 4}>]"
    ]


def test_enum_cases() -> None:
    assert types("class A(str, enum.Enum):\n    B = 'b'\n    _C = 1\n") == [
        "enum A(str, enum.Enum) [case final static B = 'b' | static _C = 1]"
    ]


def test_class_members_under_a_condition() -> None:
    text = "class A:\n    if t:\n        x = 1\n        def f(self): return 1\n    else:\n        x = 2\n"
    assert types(text) == ["class A [static x = ?Conditional(?Conditional(1), 2) | method f(self) {return 1}]"]


def test_nested_classes_are_qualified() -> None:
    assert types("class A:\n    class B(Generic[T], metaclass=M):\n        class C: pass\n") == [
        "class A [class A.B(Generic) [class A.B.C []]]"
    ]


def test_dataclass_gets_an_initializer() -> None:
    text = (
        "from dataclasses import dataclass as data, field\n"
        "@data\nclass A:\n    a: str\n    b: 'int | None' = None\n    c: list = field(default_factory=list)\n"
        "    d: ClassVar[int] = 1\n    e: int = field(init=False, default=2)\n    _: KW_ONLY\n    g: InitVar[int] = 3\n"
        "    def __post_init__(self, g): self.h = g\n"
    )
    made = lowered(text).types[0].functions[0]
    assert function(made) == (
        "initializer init(self, a: str, b: int? = None, c: list = list(), g: int = 3 (keyword)) "
        "{self.a = a; self.b = b; self.c = c; self.e = 2; self.__post_init__(g)}"
    )
    assert made.self_name == "self"


@pytest.mark.parametrize(
    "text",
    [
        "@dataclass(init=False)\nclass A:\n    a: int\n",
        "@dataclass\nclass A:\n    a: int\n    def __init__(self): self.a = 1\n",
        "class A:\n    a: int = 1\n",
        "@frozen\nclass A:\n    a: int = 1\n",
    ],
)
def test_no_initializer_is_made_up(text: str) -> None:
    assert not [part for part in lowered(text).types[0].functions if part.name_span == lowered(text).types[0].name_span]


def test_named_tuple_and_keyword_only_initializers() -> None:
    assert types("class A(NamedTuple):\n    a: int = 1\n")[0].endswith("initializer init(self, a: int = 1) {self.a = a}]")
    assert types("class A(BaseModel):\n    a: int = 1\n")[0].endswith("initializer init(self, a: int = 1 (keyword)) {self.a = a}]")


def test_fields_of_a_base_in_the_file_come_first() -> None:
    text = "@dataclass\nclass A:\n    a: int\n    b: int = 1\n@dataclass\nclass B(A):\n    c: str = 'c'\n    a: str = 'a'\n"
    assert types(text)[1].endswith(
        "initializer init(self, a: str = 'a', b: int = 1, c: str = 'c') {self.a = a; self.b = b; self.c = c; self.a = a}]"
    )


def test_fields_of_an_unseen_base_come_first() -> None:
    made = types("@dataclass\nclass A(B):\n    a: int\n")[0]
    assert made.endswith("initializer init(self, *args, a: int (keyword), **kwargs) {self.a = a}]")
