"""Check that every message is in the .pot, translated to German, and that no template lacks i18n.

Prints what is wrong and exits with 1; `make i18n` collects the messages.
"""

import re
import subprocess
import sys
import tempfile
from i18ndude.catalog import MessageCatalog
from pathlib import Path


DOMAIN = "collective.clientportal"
ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "src/collective/clientportal/locales"
POT = LOCALES / f"{DOMAIN}.pot"
PO = LOCALES / f"de/LC_MESSAGES/{DOMAIN}.po"
SOURCES = ("src", "profiles")  # i18ndude does not follow the link to the profiles
I18NDUDE = Path(sys.executable).with_name("i18ndude")


def i18ndude(*args):
    """Run i18ndude in the project's root; return exit code and all it printed."""
    done = subprocess.run(
        [I18NDUDE, *args], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.returncode, done.stdout.strip()


def placeholders(text):
    """Return the ${names} in a text."""
    return set(re.findall(r"\$\{?([A-Za-z_][\w-]*)\}?", text))


def check_pot(pot):
    """Compare the committed .pot with the messages found in the sources."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / POT.name
        code, output = i18ndude("rebuild-pot", "--pot", str(fresh), "--create", DOMAIN, *SOURCES)
        if code or not fresh.exists():
            yield f"i18ndude rebuild-pot failed: {output}"
            return
        found = MessageCatalog(filename=str(fresh))
    for msgid in sorted(found.keys() - pot.keys()):
        yield f"not in {POT.name} (run: make i18n): {msgid}"
    for msgid in sorted(pot.keys() - found.keys()):
        yield f"in {POT.name} but used nowhere (run: make i18n): {msgid}"


def check_po(pot, po):
    """Look for messages that are untranslated, fuzzy, or differ in their placeholders."""
    for msgid, message in sorted(pot.items()):
        entry = po.get(msgid)
        if entry is None or not entry.msgstr.strip():
            yield f"not translated: {msgid}"
            continue
        if any(comment.startswith((", fuzzy", " , fuzzy")) for comment in entry.comments):
            yield f"fuzzy: {msgid}"
        expected = placeholders(message.getDefault() or msgid)
        if placeholders(entry.msgstr) != expected:
            yield f"placeholders differ, expected {sorted(expected)}: {msgid}: {entry.msgstr}"


def check_templates():
    """Look for text in page templates that is not marked for translation."""
    templates = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "src").rglob("*.pt"))
    code, output = i18ndude("find-untranslated", "-n", *templates)
    if code or output:
        yield f"text without i18n in templates:\n{output}"


def problems():
    """Yield one line for each problem."""
    missing = [path for path in (POT, PO) if not path.exists()]
    if missing:
        yield from (f"missing (run: make i18n): {path.relative_to(ROOT)}" for path in missing)
    else:
        pot = MessageCatalog(filename=str(POT))
        yield from check_pot(pot)
        yield from check_po(pot, MessageCatalog(filename=str(PO)))
    yield from check_templates()


if __name__ == "__main__":
    found = list(problems())
    print("\n".join(found) or "Translations are complete.")
    sys.exit(bool(found))
