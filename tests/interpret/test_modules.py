"""Names of other files: their top-level code runs once, unheard, when the first of them is needed."""

from __future__ import annotations

from textwrap import dedent

import pytest
from observing import file_of, models

from keylint.interpret.events import Observations
from keylint.interpret.machine import observe
from keylint.languages import language_of
from keylint.program.link import link
from keylint.project.modules import ProjectModules


def seen(**texts: str) -> Observations:
    """What a program does; keyword `a_py` is the file `a.py`."""
    named = {name.replace("_", ".", 1): dedent(text) for name, text in texts.items()}
    files = [file_of(path, text, "put", "vault", "TOKEN", "NAME", "locked", "lock", "run", "keys") for path, text in named.items()]
    modules = ProjectModules("", {path: path for path in named}, lambda path: None)
    language = language_of(next(iter(named)))
    assert language is not None
    return observe(link(files, modules), models(language))


def items(found: Observations) -> list[tuple[str, str]]:
    return [(event.place.path, event.item) for event in found.events]


PUT = "import keyring\ndef put(user):\n    keyring.set_password('app', user, 'x')\n"


@pytest.mark.parametrize(
    "caller",
    [
        "from a import put\nimport keys\nput(keys.TOKEN)",
        "import a\nfrom keys import TOKEN\na.put(TOKEN)",
        "import a as b, keys as k\nb.put(user=k.TOKEN)",
        "from a import *\nfrom keys import *\nput(TOKEN)",
        "def run():\n    from a import put\n    import keys\n    put(keys.TOKEN)",
    ],
)
def test_values_of_other_files(caller: str) -> None:
    found = seen(a_py=PUT, keys_py="PREFIX = 'tok'\nTOKEN = PREFIX + 'en'\n", b_py=caller)
    assert items(found) == [("a.py", "service `app`, username `token`")]


def test_top_level_code_of_another_file_is_heard_once() -> None:
    found = seen(a_py=PUT + "put('own')\n", b_py="from a import put\nput('b')\n", c_py="from a import put\nput('c')\n")
    assert [item for _, item in items(found)] == [f"service `app`, username `{name}`" for name in ("own", "b", "c")]


def test_variables_that_functions_assign_may_hold_anything() -> None:
    caller = "from a import put\nimport keys\nput(keys.TOKEN)\n"
    changing = "TOKEN = 'one'\ndef change(value):\n    global TOKEN\n    TOKEN = value\n"
    (changed,) = seen(a_py=PUT, keys_py=changing, b_py=caller).events
    assert changed.item_keys == ()
    (fixed,) = seen(a_py=PUT, keys_py=changing.replace("    global TOKEN\n", ""), b_py=caller).events
    assert len(fixed.item_keys) == 1


def test_files_that_need_each_other() -> None:
    found = seen(
        a_py="import keyring\nimport b\nNAME = 'a'\ndef put():\n    keyring.set_password('app', b.user(), 'x')\n",
        b_py="import a\ndef user():\n    return a.NAME\ndef run():\n    a.put()\n",
    )
    assert items(found) == [("a.py", "service `app`, username `a`")]


def test_what_a_file_does_not_have_is_unknown() -> None:
    found = seen(a_py=PUT, keys_py="OTHER = 1\n", b_py="from a import put\nimport keys\nput(keys.TOKEN)\n")
    (event,) = found.events
    assert event.item_keys == ()


def test_a_decorator_of_another_file() -> None:
    guard = """
        import threading
        lock = threading.Lock()
        def locked(function):
            def inner(*args):
                with lock:
                    return function(*args)
            return inner
    """
    text = "import keyring\nfrom guard import locked\n@locked\ndef vault():\n    keyring.set_password('a', 'b', 'c')\n"
    (event,) = seen(guard_py=guard, a_py=text).events
    assert event.regions
    (event,) = seen(guard_py=guard, a_py=text.replace("@locked\n", "")).events
    assert not event.regions


def test_an_object_that_another_file_exports() -> None:
    found = seen(
        a_ts="""
            import * as S from 'expo-secure-store';
            class Vault { constructor(private key: string) {} put() { return S.setItemAsync(this.key, 'x', {}); } }
            export default new Vault('token');
        """,
        b_ts="import vault from './a';\nvault.put();",
    )
    assert ("a.ts", "key `token`") in items(found)
