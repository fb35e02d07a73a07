"""File names: what a sender may call a file, and what it is called here."""

import os
import re
import unicodedata


MOST_BYTES = 150
# A longer ending is none.
MOST_BYTES_OF_ENDING = 20
NAMELESS = "document"

# What Windows takes in no name, and the names that it keeps for itself.
ODD = re.compile(r'[<>:"/\\|?*]')
RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³]) *(\.|$)", re.I)
# Control, direction and zero-width characters, halves of surrogate pairs, ends of lines.
INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def safe(name: str) -> str:
    """Return a file name in NFC without path and invisible characters, at most 150 bytes of UTF-8.

    It begins with no dot, is none that Windows keeps for itself, and keeps its ending.
    """
    name = "".join(c for c in name if unicodedata.category(c) not in INVISIBLE)
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = " ".join(name.split()).strip(" .")
    if RESERVED.match(name):
        name = f"_{name}"
    stem, ending = os.path.splitext(name)
    if len(ending.encode()) > MOST_BYTES_OF_ENDING:
        stem, ending = name, ""
    room = MOST_BYTES - len(ending.encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}{ending}" or NAMELESS


def portable(name: str) -> str:
    """Return a name as `safe` does, that every system takes as a part of a path."""
    return safe(ODD.sub("-", name))


def portable_folder(name: str) -> str:
    """Return a title as a name that every system takes; a dot in it begins no ending."""
    return portable(f"{name}.zip").removesuffix(".zip").rstrip(" .") or NAMELESS


def ending(name: str) -> str:
    """Return the ending of a file name in small letters, without its dot: "pdf"; "" for none."""
    return os.path.splitext(safe(name))[1].removeprefix(".").lower()
