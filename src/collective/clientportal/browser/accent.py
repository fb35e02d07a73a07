"""The firm's colour as a style sheet, in shades that can be read on light and on dark ground."""

import re
from collective.clientportal.domain import settings
from collective.clientportal.interfaces import ISettings
from Products.Five.browser import BrowserView


HEXADECIMAL = re.compile(r"#[0-9a-fA-F]{6}")
WHITE = (255, 255, 255)
# The cards of portal.css in dark mode; text and buttons stand on them.
NIGHT = (26, 32, 41)
READABLE = 4.5  # WCAG 2.2, 1.4.3
BRIGHT = 7  # 1.4.6: what is just readable looks dull at night


class Accent(BrowserView):
    """The style sheet: custom properties, nothing else."""

    def __call__(self):
        """Return the style sheet; its address changes with the colour."""
        self.request.response.setHeader("Content-Type", "text/css;charset=utf-8")
        colour = accent_colour()
        rgb = tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
        values = {
            "accent": rgb,
            "on-accent": max((WHITE, NIGHT), key=lambda text: contrast(text, rgb)),
            "accent-by-day": readable(rgb, WHITE, (0, 0, 0), READABLE),
            "accent-by-night": readable(rgb, NIGHT, WHITE, BRIGHT),
        }
        lines = (f"--cp-{name}:#{bytes(value).hex()}" for name, value in values.items())
        return f":root{{{';'.join(lines)}}}\n"


def accent_colour():
    """Return the colour that is set, as #rrggbb; the default where it is no such value."""
    colour = settings.get("accent_colour")
    return colour if HEXADECIMAL.fullmatch(colour) else ISettings["accent_colour"].default


def readable(rgb, ground, towards, least):
    """Return the shade nearest to `rgb`, mixed with `towards`, that has the `least` contrast."""
    for step in range(101):
        shade = tuple(round(a + (b - a) * step / 100) for a, b in zip(rgb, towards, strict=True))
        if contrast(shade, ground) >= least:
            return shade
    return towards


def contrast(one, other):
    """Return the contrast of two colours, 1 to 21, as WCAG reckons it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb):
    parts = [part / 255 for part in rgb]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
