"""What of a file leads to a store: code, and not what comments, texts and annotations say."""

from __future__ import annotations

import pytest

from keylint.interpret.summary import summarize
from keylint.interpret.survey import Survey
from keylint.languages.python import lower
from keylint.program.link import File
from keylint.source import Source
from keylint.stores import catalogue

CATALOGUE = catalogue.load(["python"])


def live(text: str) -> set[str]:
    """The names of a Python file through which others come to a store."""
    data = text.encode()
    source = Source.decode("case.py", data, "python")
    file = File(source, lower(source, CATALOGUE.words_in("python", data)))
    return set(summarize(file, Survey(CATALOGUE).reach(file)).live)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import keyring\ndef read():\n    return keyring.get_password('a', 'b')\n", {"read"}),
        ("def read():\n    import keyring\n    return keyring.get_password('a', 'b')\n", {"read"}),
        ("def ring():\n    return __import__('keyring')\ndef read():\n    return ring()\n", {"ring", "read"}),
        ("from keyring.backend import KeyringBackend\ndef read(ring: KeyringBackend):\n    return ring.get_password('a', 'b')\n", {"read"}),
        ("import subprocess\ndef read():\n    return subprocess.run(['security', 'find-generic-password'])\n", {"read"}),
        ('def show():\n    """Asks the keyring."""\n    print("The keyring is locked")  # keyring\n', set()),
        ("DEFAULTS = {'auth': {'keyring': 'automatic'}}\ndef setting(name):\n    return DEFAULTS[name]\n", set()),
        ("from .keyring import Ring\ndef held(ring: Ring):\n    return ring\n", set()),
    ],
)
def test_what_leads_to_a_store(text: str, expected: set[str]) -> None:
    assert live(text) & {"read", "ring", "show", "held", "setting", "DEFAULTS"} == expected
