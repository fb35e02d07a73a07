"""Plain text as HTML: everything escaped, addresses in it made links."""

import re
from html import escape


# Every repetition is bounded, so that no text, however odd, takes long.
ADDRESS = re.compile(
    r"""https?://[^\s<>"'“”„«»]{1,2000}"""
    r"""|(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}\w{2,24}"""
)


def text_as_html(text):
    """Return a text as HTML. Lines stay lines: the style sheet keeps them (`white-space: pre-wrap`)."""
    parts, end = [], 0
    for found in ADDRESS.finditer(text):
        address = _without_full_stop(found[0])
        target = address if "://" in address else f"mailto:{address}"
        parts.append(escape(text[end : found.start()]))
        parts.append(f'<a href="{escape(target)}" rel="nofollow noreferrer">{escape(address)}</a>')
        end = found.start() + len(address)
    return "".join([*parts, escape(text[end:])])


def _without_full_stop(address):
    """Return an address without the marks that end the sentence it stands in."""
    address = address.rstrip(".,;:!?")
    return address if "(" in address else address.rstrip(").,;:!?")
