"""The worker as the server sees it: one check at a time, which can be abandoned, in a process that is replaced when it dies."""

from __future__ import annotations

import asyncio
import os
import sys

from keylint.server.messages import LENGTH, Answer, Check, Failed, Stop, answer, packed

# Without the first line, Python would look for modules in the current directory, which may be the project under analysis.
_PROGRAM = """\
import sys
sys.path[:] = sys.argv[1:]
from keylint.server.worker import main
main()
"""
_DIED = "the process that analyzed it died"
_TRIES = 2
"""The first death may have been for another reason: the system was short of memory, somebody ended what looked idle."""


class Analyst:
    """Hands checks to a process of its own. Meant for one task: the next check is asked for when the one before was answered."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._busy = False

    async def check(self, asked: Check) -> Answer:
        """What the worker says; `Failed` when it died of it. Cancelling this ends the worker."""
        for _ in range(_TRIES):
            try:
                return await self._asked(asked)
            except (asyncio.IncompleteReadError, OSError):
                await self.close()
            except BaseException:
                await self.close()
                raise
        return Failed(_DIED)

    def abandon(self) -> None:
        """What is being checked, if something is, has become useless: it is answered by `Stopped` soon."""
        process = self._process
        if self._busy and process is not None and process.stdin is not None and not process.stdin.is_closing():
            process.stdin.write(packed(Stop()))

    async def close(self) -> None:
        """Ends the worker."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()

    async def _asked(self, asked: Check) -> Answer:
        if self._process is None or self._process.returncode is not None:
            self._process = await _started()
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        self._busy = True
        try:
            process.stdin.write(packed(asked))
            await process.stdin.drain()
            length = int.from_bytes(await process.stdout.readexactly(LENGTH), "big")
            return answer(await process.stdout.readexactly(length))
        finally:
            self._busy = False


async def _started() -> asyncio.subprocess.Process:
    paths = [os.path.abspath(path) for path in sys.path if path]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROGRAM, *paths, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
