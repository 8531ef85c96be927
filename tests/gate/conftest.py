"""Keys are made once; each test gets a server of its own."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.gate.company import PEOPLE, Company, make_key


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    return {name: make_key(folder, name) for name in PEOPLE}


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory, keys: Mapping[str, Path]) -> Path:
    """A server with its first commits, to be copied."""
    company = Company(tmp_path_factory.mktemp("begun"), keys)
    company.begin()
    return company.server


@pytest.fixture
def company(tmp_path: Path, begun: Path, keys: Mapping[str, Path]) -> Company:
    company = Company(tmp_path, keys)
    shutil.rmtree(company.server)
    shutil.copytree(begun, company.server)
    return company
