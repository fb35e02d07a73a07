"""Texts that people type, on their way in."""


def plain(text: str) -> str:
    """Return `text` with `\\n` at the ends of its lines, without white space around it and without what is
    no character: NUL, and halves of surrogate pairs, which no encoding takes."""
    text = text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()
    return text.encode("utf-8", "replace").decode("utf-8")


def line(text: str, most: int) -> str:
    """Return `text` as one line of at most `most` characters."""
    return " ".join(plain(text).split())[:most]
