"""What bash, zsh and fish themselves offer after `keylint`, with the script that `keylint completion` prints.

A shell that is not there is skipped, except in CI, which has to have all three.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from keylint.commands import COMMANDS, command
from keylint.options import OneOf, parser_of
from keylint.rules.registry import codes
from test_cli import run

BASH = """
source completion
COMP_WORDS=({words}) COMP_CWORD={last} COMP_LINE={line} COMP_POINT={length}
{function} keylint {word} keylint
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
ZSH = """
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PROMPT= RPROMPT=; setopt no_beep; stty columns 400; fpath=("$PWD" $fpath); autoload -Uz compinit; compinit -u -D'
zpty -w shell 'zstyle ":completion:*" list-packed false; zstyle ":completion:*" menu no; zstyle ":completion:*:default" list-prompt ""'
zpty -w shell 'LISTMAX=9999; bindkey "^I" complete-word'
zpty -w shell 'offered() {{ compadd() {{ builtin compadd -O reply "$@"; print -rl -- $reply >> offered; builtin compadd "$@" }} }}'
zpty -w shell 'offered; print re""ady'
while zpty -r shell line && [[ $line != *ready* ]]; do :; done
zpty -w -n shell {line}$'\\t'
for i in {{1..100}}; do sleep 0.1; zpty -r -t shell part; [[ -s offered ]] && break; done
sleep 0.3
zpty -d shell
cat offered 2> /dev/null
"""


def needed(shell: str) -> None:
    if shutil.which(shell) is None:
        why = f"no {shell} on the PATH (Debian: apt-get install {shell})"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)


def ask(shell: str, script: str, folder: Path) -> list[str]:
    """What the script prints, run by a shell whose completion script lies in the folder."""
    needed(shell)
    done = run("completion", shell)
    assert (done.returncode, done.stderr) == (0, "")
    (folder / ("_keylint" if shell == "zsh" else "completion")).write_text(done.stdout)
    flags = {"bash": ["--norc", "--noprofile"], "zsh": ["-f"], "fish": ["--no-config"]}[shell]
    environment = {**os.environ, "HOME": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8", "XDG_CONFIG_HOME": str(folder / "config")}
    answer = subprocess.run([shell, *flags, "-c", script], cwd=folder, env=environment, capture_output=True, timeout=60, check=False)
    assert answer.returncode == 0, answer.stderr.decode()
    return answer.stdout.decode().splitlines()


def bash(line: str, folder: Path) -> list[str]:
    words = line.split(" ")
    [function] = re.findall(r"^complete .*-F (\S+) keylint$", run("completion", "bash").stdout, flags=re.MULTILINE)
    script = BASH.format(
        words=shlex.join(words),
        last=len(words) - 1,
        line=shlex.quote(line),
        length=len(line),
        function=function,
        word=shlex.quote(words[-1]),
    )
    return [answer.rstrip() for answer in ask("bash", script, folder) if answer]


def zsh(line: str, folder: Path) -> list[str]:
    return ask("zsh", ZSH.format(line=shlex.quote(line)), folder)


def fish(line: str, folder: Path) -> list[str]:
    script = f"source completion; complete -C {shlex.quote(line)}"
    return [answer.partition("\t")[0] for answer in ask("fish", script, folder)]


def values(name: str, option: str) -> set[str]:
    """What an option of a command takes."""
    [action] = [action for action in parser_of(name, command(name))._actions if option in action.option_strings]
    assert isinstance(action.type, OneOf)
    return set(action.type.values)


ASKED = [
    ("keylint ", set(COMMANDS)),
    ("keylint ch", {"check"}),
    ("keylint check --output-format ", values("check", "--output-format")),
    ("keylint check --output-format con", {"concise"}),
    ("keylint inventory --output-format ", values("inventory", "--output-format")),
    ("keylint check --fail-on ", {"error", "warning", "info"}),
    ("keylint check --force-ex", {"--force-exclude"}),
    ("keylint check --select KL10", {code for code in codes() if code.startswith("KL10")}),
    ("keylint check --ignore missing-", {name for name in codes().values() if name.startswith("missing-")}),
    ("keylint explain KL1", {code for code in codes() if code.startswith("KL1")}),
    ("keylint explain leaves", {"leaves-device"}),
    ("keylint completion ", {"bash", "zsh", "fish"}),
    ("keylint check So", {"Sources/"}),
    ("keylint check --config key", {"keylint.toml"}),
]


@pytest.mark.parametrize("shell", [bash, zsh, fish], ids=lambda shell: shell.__name__)
@pytest.mark.parametrize(("line", "expected"), ASKED, ids=[line for line, _ in ASKED])
def test_completes(tmp_path: Path, shell: Callable[[str, Path], list[str]], line: str, expected: set[str]) -> None:
    (tmp_path / "Sources").mkdir()
    (tmp_path / "keylint.toml").touch()
    offered = {answer.rstrip("/") for answer in shell(line, tmp_path)}
    wanted = {answer.rstrip("/") for answer in expected}
    # fish also offers what matches loosely.
    assert wanted <= offered, offered
    assert {answer for answer in offered if answer.startswith(line.rpartition(" ")[2])} == wanted


@pytest.mark.parametrize("shell", [bash, fish], ids=lambda shell: shell.__name__)
def test_goes_on_after_a_comma(tmp_path: Path, shell: Callable[[str, Path], list[str]]) -> None:
    offered = shell("keylint check --select KL201,missing-a", tmp_path)
    assert offered == ["KL201,missing-accessibility"]


def test_a_shell_that_has_none() -> None:
    done = run("completion", "bsh")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean 'bash'?" in done.stderr
