"""Writing a source file back: in its own encoding, whole or not at all, and only over the text that was read."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from keylint.scan import NotRead, read

if TYPE_CHECKING:
    from keylint.source import Source


class NotRewritten(Exception):
    """The file is as it was; the message says why, for people."""


def rewrite(before: Source, after: Source) -> None:
    """Replaces the file of `before` by `after`, which has its path and encoding. Raises `NotRewritten`."""
    try:
        old, new = before.data.decode().encode(before.encoding), after.data.decode().encode(before.encoding)
    except UnicodeError as error:
        raise NotRewritten(f"the text cannot be written in the file's encoding, {before.encoding}: {error}") from None
    place = os.path.realpath(before.path)  # A file that was named may be a link.
    try:
        if read(place, found=True) != old:
            raise NotRewritten("it has changed since it was read")
        if not os.access(place, os.W_OK):
            raise NotRewritten("it is read-only")
        _replace(place, new)
    except FileNotFoundError:
        raise NotRewritten("it is no longer there") from None
    except NotRead as error:
        raise NotRewritten(str(error)) from None
    except OSError as error:
        raise NotRewritten(error.strerror or str(error)) from None


def _replace(place: str, data: bytes) -> None:
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("wb", dir=os.path.dirname(place), prefix=".keylint-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            os.chmod(file.name, os.stat(place).st_mode & 0o7777)
            os.replace(file.name, place)
        except BaseException:
            with suppress(OSError):
                os.unlink(file.name)
            raise
