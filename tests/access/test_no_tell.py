"""Nothing tells "not there" from "not yours": no way of asking, no verb, for nobody who may not know."""

import pytest
import re
from access import routes
from access import table
from access.cast import old_id
from access.matrix import answer_of
from access.publisher import Request
from urllib.parse import quote


VERBS = [verb for verb in routes.VERBS if verb not in ("ACL", "CHECKOUT", "TRACE", "BREW")]
# What is asked of the thing at {path}, whose last step is its id.
PLACES = [
    "{path}",
    "{path}/@@title",
    "{path}/@@portal",
    "{path}/@@download",
    "{path}/++view++portal",
    "{path}/portal",
    "{path}/@history",
    "{path}/@messages",
    "{path}/++api++",
    "{path}/++api++/++api++",
    "{path}/++api++/x/++api++/y",
    "{path}/++skin++x",
    "{path}/++contextportlets++x",
    "{path}/++add++File",
    "{path}/++widget++x",
    "{path}/++x++y",
    "{path}/portal_catalog",
    "{path}/acl_users",
    "{path}/babel_utils",
    "{path}/@@images/file",
    "{path}/manage_main",
    "{path}/index_html",
    "{path}/absolute_url",
    "/++api++{path}",
    "/++api++{path}/@@portal",
    "{site}/resolveuid/{id}",
    "{site}/matters/resolveuid/{id}/@@title",
    "{site}/resolveUid/{id}",
    "{site}/@@redirect-to-uuid/{id}",
    "{site}/{old}",
    "{site}/{old}/@@title",
    "{site}/{old}/@history",
]
# Plone's token against requests from elsewhere is another one each time.
TOKEN = re.compile(
    r'(?<=name="_authenticator" type="hidden" value=")\w+|(?<=data-token=")\w+|\b[0-9a-f]{40}\b'
)
# Identity → contexts that they must not know of. (Administrators of the site find out what has which id.)
HIDDEN = {
    "anonymous": ["on", "on writer folder", "restricted internal", "on writer reply thread"],
    "member": ["on", "off", "restricted internal"],
    "removed": ["on", "on reader folder", "on reader released"],
    "deactivated": ["on reader released"],
    "elsewhere": ["on", "on writer released", "on writer reply thread"],
    "writer": [
        "off",
        "on internal",
        "on second folder",
        "on second released",
        "on second reply thread",
        "on writer ended",
        "restricted second received",
    ],
    "colleague": ["restricted", "restricted internal"],
    "boss": ["restricted writer released"],
}


class TestNoTell:
    """One world for all."""

    @pytest.mark.parametrize("identity", HIDDEN)
    def test_not_there_is_not_yours(self, identity, matrix):
        """Issue 4, point 3: status, body and headers are the same."""
        world, different = matrix.world, []
        for name in HIDDEN[identity]:
            path = world.paths[name]
            for place in PLACES:
                asked = place.format(
                    path=path, site=world.site, id=path.rpartition("/")[2], old=old_id(name)
                )
                missing = place.format(
                    path=path[:-32] + "0" * 32,
                    site=world.site,
                    id="0" * 32,
                    old=f"was-{'x' * len(name)}",
                )
                for verb in VERBS if place in PLACES[:3] else ("GET", "HEAD", "POST"):
                    for accept in ("html", "json"):
                        there = self.told(matrix, identity, verb, asked, accept)
                        nowhere = self.told(matrix, identity, verb, missing, accept)
                        if there != nowhere:
                            different.append((name, verb, place, accept, there, nowhere))
        assert different == []

    def test_what_is_hidden_exists(self, matrix):
        """The names above name something, and nothing that may be seen."""
        for identity, names in HIDDEN.items():
            for name in names:
                thing = matrix.contexts[name][2]
                assert not table.can_see(identity, thing), (identity, name)

    def told(self, matrix, identity, verb, path, accept):
        """Return what an answer tells, but for the address that was asked for."""
        body = b"text=Text" if verb == "POST" else b""
        kind = "application/x-www-form-urlencoded" if body else ""
        answer = matrix.publisher.ask(identity, Request(verb, path, "", accept, body, kind))
        status, text, headers = answer_of(answer)
        text, headers = TOKEN.sub("", str(text)), str(headers)
        for step in path.split("/"):
            if len(step) > 3:
                text, headers = text.replace(step, ""), headers.replace(quote(step, safe=""), "")
        return status, text, headers
