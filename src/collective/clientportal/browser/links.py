"""Plain text as HTML: everything escaped, addresses in it made links."""

import re
from html import escape


# Every repetition is bounded, so that no text, however odd, takes long.
ADDRESS = re.compile(
    r"""(?P<full>https?://[^\s<>"'“”„«»]{1,2000})"""
    r"""|(?P<mail>(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,24})"""
    r"""|(?P<web>(?<![\w.@/-])www\.(?:[\w-]{1,63}\.){1,8}\w{2,24}(?:[/?\#][^\s<>"'“”„«»]{0,2000})?)""",
)
BEFORE = {"full": "", "mail": "mailto:", "web": "https://"}
NUMBER = re.compile(
    r"(?:(?:Tel|Telefon|Fon|Phone|Telephone)\.?:? {0,3})?([+(]?\d[\d ()/.–-]{4,30}\d)"
)
LEAST_DIGITS = 6


def text_as_html(text):
    """Return a text as HTML. Lines stay lines: the style sheet keeps them (`white-space: pre-wrap`)."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = _without_full_stop(found[0])
        target = BEFORE[found.lastgroup] + address
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<a href="{escape(target)}" rel="nofollow noreferrer">{escape(address)}</a>')
        end = found.start() + len(address)
    return "".join([*parts, escape(text[end:])])


def telephone(line):
    """Return the `tel:` address of a line that is a telephone number, or None."""
    found = NUMBER.fullmatch(line.strip())
    if not found:
        return None
    # +49 (0)30 …: the 0 is for those who call from inside the country.
    written = found[1].replace("(0)", "") if found[1].startswith("+") else found[1]
    number = re.sub(r"[^0-9+]", "", written)
    return f"tel:{number}" if len(number.strip("+")) >= LEAST_DIGITS else None


def _without_full_stop(address):
    """Return an address without the marks that end the sentence it stands in."""
    address = address.rstrip(".,;:!?")
    return address if "(" in address else address.rstrip(").,;:!?")
