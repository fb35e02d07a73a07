"""The wheel, built and installed elsewhere, holds the profiles and starts (issue 2)."""

import os
import pytest
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path


ROOT = Path(__file__).parents[1]
PARTS = ("src", "profiles", "setup.py", "pyproject.toml", "MANIFEST.in")
PARTS += ("README.md", "LICENSE", "CHANGES.md", "constraints.txt")

START = """
import sys
from collective import clientportal
from collective.clientportal.testing import FIXTURE
from plone.app.testing import ploneSite


def set_up(layer, done):
    for base in layer.__bases__:
        set_up(base, done)
    if layer not in done:
        done.append(layer)
        layer.setUp()


assert clientportal.__file__.startswith(sys.argv[1]), clientportal.__file__
set_up(FIXTURE, [])
with ploneSite() as portal:
    assert "Matter" in portal.portal_types
    assert "clientportal_matter" in portal.portal_workflow
    assert "matter_reference" in portal.portal_catalog.indexes()
    print("started")
"""


def run(*command, **kwargs):
    """Run a command; return its output, or fail with it."""
    done = subprocess.run(
        command, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **kwargs
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of the tree by way of the sdist, as a release is."""
    copy = tmp_path_factory.mktemp("tree")
    ignore = shutil.ignore_patterns("*.egg-info", "__pycache__", "*.mo")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, copy / part, symlinks=True, ignore=ignore)
        else:
            shutil.copy(ROOT / part, copy)
    run(sys.executable, "-m", "build", "--no-isolation", cwd=copy)
    [built] = (copy / "dist").glob("*.whl")
    return built


def test_nothing_is_missing(wheel):
    """Issue 2, point 1: everything that is no Python, too: profiles, zcml, templates, locales."""
    package = ROOT / "src" / "collective" / "clientportal"
    wanted = {
        f"collective/clientportal/{path.relative_to(package)}"
        for path in package.rglob("*")
        if path.is_file() and path.suffix in (".py", ".zcml", ".pt", ".po", ".css", ".js", ".svg")
    }
    profiles = {
        f"collective/clientportal/profiles/{path.relative_to(ROOT / 'profiles')}"
        for path in (ROOT / "profiles").rglob("*.xml")
    }
    assert "collective/clientportal/profiles/default/metadata.xml" in profiles
    assert "collective/clientportal/browser/templates/frame.pt" in wanted
    names = set(zipfile.ZipFile(wheel).namelist())
    assert (wanted | profiles) - names == set()
    assert not [name for name in names if name.startswith(("tests", "src", "profiles"))]
    # `collective` belongs to nobody.
    assert "collective/__init__.py" not in names


def test_metadata(wheel):
    archive = zipfile.ZipFile(wheel)
    [metadata] = [n for n in archive.namelist() if n.endswith(".dist-info/METADATA")]
    text = archive.read(metadata).decode()
    assert "Requires-Python: >=3.11" in text
    assert "Requires-Dist: Products.CMFPlone<6.3,>=6.2.2" in text
    [points] = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
    assert "[plone.autoinclude.plugin]" in archive.read(points).decode()


def test_it_starts_elsewhere(wheel, tmp_path):
    """Issue 2: installed elsewhere, it installs into a site."""
    target = tmp_path / "elsewhere"
    run(sys.executable, "-m", "uv", "pip", "install", "--no-deps", "--target", target, wheel)
    environment = {**os.environ, "PYTHONPATH": str(target), "PYTHONSAFEPATH": "1"}
    output = run(sys.executable, "-c", START, str(target), cwd=tmp_path, env=environment)
    assert "started" in output
