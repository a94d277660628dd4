"""What of a Python file is lowered at all."""

from __future__ import annotations

from python_rendering import block, lowered

WORDS = (b"keyring",)


def kept(text: str) -> set[str]:
    module = lowered(text, WORDS)
    methods = [(f"{kind.name}.", part) for kind in module.types for part in kind.functions]
    return {prefix + part.name for prefix, part in [*(("", part) for part in module.functions), *methods] if not part.skipped}


def test_a_file_without_a_trigger_word_is_only_an_outline() -> None:
    module = lowered("import os\nx = os.getcwd()\ndef f(a=1): return x\nclass A:\n    b = 1\n    def g(self): return 1\n", WORDS)
    assert block(module.body) == ""
    assert [(part.name, part.skipped, part.body) for part in module.functions] == [("f", True, None)]
    assert [(part.name, part.skipped) for part in module.types[0].functions] == [("g", True)]
    assert module.types[0].properties == ()
    assert len(module.imports) == 1


def test_users_of_a_renamed_import_are_kept() -> None:
    assert kept("import keyring as kr\ndef f(): kr.get_password(a, b)\ndef g(): return 1\n") == {"f"}


def test_callers_and_suppliers_are_kept() -> None:
    text = (
        "import keyring\nSERVICE = 'x'\nOTHER = 'y'\ndef name(): return 'n'\ndef save(v): keyring.set_password(SERVICE, name(), v)\n"
        "def sign_in(): save('v')\ndef other(): return OTHER\n"
    )
    assert kept(text) == {"name", "save", "sign_in"}
    assert block(lowered(text, WORDS).body) == "let SERVICE = 'x'"


def test_a_decorator_belongs_to_its_function() -> None:
    assert kept("@keyring.thing\ndef f(): return 1\n@other\ndef g(): return 1\n") == {"f"}


def test_constructor_of_a_class_in_use_is_kept() -> None:
    text = (
        "class A:\n    def __init__(self): self.service = 'a'\n    def __enter__(self): return self\n    def unused(self): return 1\n"
        "def f():\n    with A() as a: keyring.get_password(a.service, 'u')\n"
        "class B:\n    def __init__(self): self.x = 1\n"
    )
    assert kept(text) == {"A.init", "A.__enter__", "f"}


def test_base_constructor_is_kept() -> None:
    text = "class A:\n    def __init__(self, s): self.s = s\nclass B(A):\n    def __init__(self): super().__init__(keyring.x)\n"
    assert kept(text) == {"A.init", "B.init"}


def test_what_assigns_an_attribute_supplies_it() -> None:
    text = (
        "class A:\n    def set_up(self): self.service = 'a'\n    def tear_down(self): self.other = 1\n"
        "    def f(self): keyring.get_password(self.service, 'u')\n"
    )
    assert "A.f" in kept(text)
    assert "A.tear_down" not in kept(text)


def test_default_of_a_skipped_field_is_unknown_not_absent() -> None:
    text = "@dataclass\nclass A:\n    a: int = 1\n    def f(self): return 1\n"
    initializer = lowered(text, WORDS).types[0].functions[0]
    assert initializer.parameters[1].default is not None
