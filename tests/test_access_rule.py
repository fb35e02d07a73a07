"""Nothing fetches around domain/access.py, and the rule that says so can fail (issue 4, point 8)."""

import pytest
import shutil
import subprocess
import sys
from pathlib import Path


ROOT = Path(__file__).parents[1]
PACKAGE = Path("src", "collective", "clientportal")


@pytest.fixture
def rule(tmp_path):
    """A function: module, source to append → (exit code, what the rule says of a copy)."""
    shutil.copytree(ROOT / PACKAGE, tmp_path / PACKAGE, ignore=shutil.ignore_patterns("*.pyc"))

    def rule_(module=None, source=""):
        if module:
            with (tmp_path / PACKAGE / module).open("a") as file:
                file.write(f"\n{source}\n")
        script = ROOT / "scripts" / "check_access.py"
        done = subprocess.run(
            [sys.executable, script], cwd=tmp_path, text=True, capture_output=True
        )
        return done.returncode, done.stdout

    return rule_


def test_everything_goes_by_the_one_module(rule):
    assert rule() == (0, "")


@pytest.mark.parametrize(
    ("module", "way"),
    [
        ("browser/portal.py", "brain.getObject"),
        ("services/shares.py", "site.unrestrictedTraverse"),
        ("domain/sharing.py", "folder.objectValues"),
        ("domain/documents.py", "api.content.find"),
        ("subscribers/guard.py", "api.content.get"),
        ("browser/folders.py", "rosters.folders"),
        ("services/messages.py", "access.unchecked_matter"),
    ],
)
def test_a_way_around_is_found(rule, module, way):
    code, said = rule(module, f"{way}()")
    assert code == 1
    assert module in said
    assert way in said
