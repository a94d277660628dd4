"""The documents that are open, and which of them are analyzed together."""

from __future__ import annotations

import os
from typing import NamedTuple

from keylint.languages import language_of
from keylint.project.roots import project_root
from keylint.select import is_python_shebang
from keylint.server.messages import Text

_BY_ID = {
    "swift": "swift",
    "typescript": "typescript",
    "typescriptreact": "typescript",
    "javascript": "typescript",
    "javascriptreact": "typescript",
    "python": "python",
}
"""Languages by what editors call them."""
_MARK = "\ufeff"


class Group(NamedTuple):
    """Documents in one language of the project at `root`. A document that is no file has no root, and a group for itself: `alone`."""

    root: str
    language: str
    alone: str = ""


class Document(NamedTuple):
    """An open document as it was at `version`. `path` is that of its file, or what it is called if it has none."""

    uri: str
    version: int | None
    path: str
    group: Group
    text: str

    def as_text(self) -> Text:
        """The document for the worker. Every encoding that the text itself claims is overruled: it was decoded already."""
        marked = self.text.startswith(_MARK)
        text = self.text[1:] if marked else self.text
        data = text.encode("utf-8", "replace")
        if self.group.language == "python" and not data.isascii():
            data = _MARK.encode() + data
        return Text(self.path, data, int(marked))


def document(uri: str, path: str | None, language_id: str, version: int | None, text: str) -> Document | None:
    """The document at `uri`, whose file is at `path`; `None` when it is in no language of ours.

    Its suffix says which language that is, else its first line, else the editor.
    """
    known = language_of(path or uri) or ("python" if is_python_shebang(text[:256].encode("utf-8", "replace")) else None)
    language = known or _BY_ID.get(language_id)
    if language is None:
        return None
    if path is None:
        return Document(uri, version, uri, Group("", language, uri), text)
    path = os.path.abspath(path)
    return Document(uri, version, path, Group(project_root(path), language), text)
