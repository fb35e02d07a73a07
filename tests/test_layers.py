"""The layers hold, and the contract that says so can fail (issue 2, "How to see that it works")."""

import os
import pytest
import shutil
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).parents[1]
PACKAGE = Path("src", "collective", "clientportal")
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture
def lint(tmp_path):
    """A function: module → source to append; returns what lint-imports says of a copy."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT / PACKAGE, copy / PACKAGE, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", copy)

    def lint_(**appended):
        for module, source in appended.items():
            with (copy / PACKAGE / module.replace("__", "/")).with_suffix(".py").open("a") as file:
                file.write(f"\n{source}\n")
        done = subprocess.run(
            [LINT, "--no-logo", "--no-cache"],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy / "src")},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return done.returncode, done.stdout

    return lint_


def test_contracts_are_kept(lint):
    code, output = lint()
    assert code == 0, output


@pytest.mark.parametrize(
    ("module", "imported", "contract"),
    [
        ("browser__documents", "services.base", "never import each other"),
        ("services__shares", "browser.documents", "never import each other"),
        ("domain__sharing", "subscribers.notices", "point down only"),
        ("content__matter", "domain.rosters", "point down only"),
        ("events", "domain.access", "point down only"),
    ],
)
def test_contracts_can_be_broken(module, imported, contract, lint):
    """architecture.md, "The flow": a page that imports a service is found out."""
    code, output = lint(**{module: f"import collective.clientportal.{imported}  # noqa"})
    assert code == 1
    [broken] = [
        line for line in output.splitlines() if line.endswith("BROKEN") and contract in line
    ]
    assert broken
    assert f"collective.clientportal.{imported}" in output


def test_new_folder_must_be_given_a_layer(lint):
    """architecture.md: an exhaustive contract."""
    code, output = lint(helpers="")
    assert code == 1
    assert "helpers" in output
