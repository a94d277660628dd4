"""Makes the modules beside the tests' folders (`harness`) importable from within them, and gives tests a flake8 that knows keylint."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_process import Flake8, install


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that makes the checkout look installed."""
    return install(tmp_path_factory.mktemp("installed"))


@pytest.fixture
def flake8(tmp_path: Path, installed: Path) -> Flake8:
    """flake8 in an empty directory."""
    return Flake8(tmp_path, installed)
