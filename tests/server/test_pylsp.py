"""Python's usual language server shows what the flake8 plugin finds: a real python-lsp-server, on text that is not saved.

It is spoken to by hand: the client of the other tests does not understand how it describes itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

import pytest
from editor import environment
from test_editor_recipes import block

TEXT = "import keyring\nimport keyrings.alt.file\n\nkeyring.set_keyring(keyrings.alt.file.PlaintextKeyring())\n"


def send(stream: IO[bytes], method: str, params: Any, number: int | None = None) -> None:
    body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **({} if number is None else {"id": number})}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    stream.flush()


def received(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    while header := stream.readline():
        length = 0
        while header.strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
            header = stream.readline()
        yield json.loads(stream.read(length))


@pytest.mark.skipif(not os.environ.get("CI") and find_spec("pylsp") is None, reason="there is no python-lsp-server")
def test_findings_in_an_unsaved_buffer(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("")
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    settings = json.loads(block("python-lsp-server", "json"))
    with subprocess.Popen(
        [sys.executable, "-m", "pylsp"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**environment(), "PATH": path, "HOME": str(tmp_path)},
        cwd=tmp_path,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        send(process.stdin, "initialize", {"processId": None, "rootUri": tmp_path.as_uri(), "capabilities": {}}, 1)
        messages = received(process.stdout)
        assert next(messages)["id"] == 1
        send(process.stdin, "initialized", {})
        send(process.stdin, "workspace/didChangeConfiguration", {"settings": settings})
        item = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": TEXT}
        send(process.stdin, "textDocument/didOpen", {"textDocument": item})
        found: list[dict[str, Any]] = []
        for message in messages:
            if message.get("method") == "textDocument/publishDiagnostics":
                found = [entry for entry in message["params"]["diagnostics"] if str(entry.get("code", "")).startswith("KL")]
                if found:
                    break
        send(process.stdin, "shutdown", None, 2)
        send(process.stdin, "exit", None)
    assert [(entry["code"], entry["range"]["start"]["line"], entry["source"]) for entry in found] == [("KL603", 3, "flake8")]
