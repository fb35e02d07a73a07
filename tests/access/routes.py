"""Finding every route of the running site, and every way to ask for one.

A route is (kind of context, group, name): `("matter", "service", "GET @history")`. Groups: `view` (named
adapters for the context and the request), `service` (REST, by verb), `method` (published methods and
attributes), `skin`, `vocabulary`, `namespace` (`++x++`), `verb` (WebDAV and HTTP), `other` (what
answers to an id: resolveuid, old addresses, other people's things by acquisition).
"""

import re
import warnings
from access.publisher import Request
from Acquisition import aq_base
from collections import defaultdict
from collective.clientportal.interfaces import IClientPortalLayer
from functools import cache
from Products.CMFCore.interfaces import IContentish
from typing import NamedTuple
from urllib.parse import quote
from urllib.parse import urlencode
from zope.component import getGlobalSiteManager
from zope.component import getUtilitiesFor
from zope.interface import Interface
from zope.interface import providedBy
from zope.schema.interfaces import IVocabularyFactory
from zope.traversing.interfaces import ITraversable
from ZPublisher import zpublish_mark
from ZPublisher.BaseRequest import typeCheck


SERVICE = re.compile(r"(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)_application_json_(.*)")
VERBS = [
    "PROPFIND",
    "PROPPATCH",
    "MKCOL",
    "LOCK",
    "UNLOCK",
    "MOVE",
    "COPY",
    "SEARCH",
    "REPORT",
    "ACL",
    "CHECKOUT",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "PUT",
    "DELETE",
    "PATCH",
    "POST",
    "GET",
    "BREW",
]
CONTENT = ("site", "home", "matter", "folder", "document", "internal", "thread")


# Plone's own, held closer by the portal: they are for whom Plone's are.
HELD_CLOSER = {
    "POST @tus-upload",
    "POST @tus-replace",
    "HEAD @tus-upload",
    "PATCH @tus-upload",
    "images",
    "change-password",
}


class Route(NamedTuple):
    """Something that may answer; see the module."""

    kind: str
    group: str
    name: str


def find(portal, request, world):
    """Return (all routes, those of ours, the paths of all tools by kind)."""
    found, own, tools = set(), set(), {}
    examples = {}
    for kind, path, _thing in world.contexts.values():
        if kind not in examples:
            examples[kind] = portal.getPhysicalRoot().unrestrictedTraverse(path[1:])
    for name, tool in portal.objectItems():
        if not IContentish.providedBy(tool):
            tools[f"tool {name}"] = f"{world.site}/{name}"
            examples[f"tool {name}"] = tool
    for name, plugin in portal.acl_users.objectItems():
        tools[f"plugin {name}"] = f"{world.site}/acl_users/{name}"
        examples[f"plugin {name}"] = plugin
    tools["root"] = "/"
    examples["root"] = portal.getPhysicalRoot()
    for kind, obj in examples.items():
        registered, ours = _registered(obj, request)
        found |= {Route(kind, *route) for route in registered}
        own |= {Route(kind, *route) for route in ours}
        found |= {Route(kind, "method", name) for name in _methods(obj)}
    for name in _skins(portal):
        found.add(Route("site", "skin", name))
    for name, _factory in getUtilitiesFor(IVocabularyFactory):
        found |= {Route(kind, "vocabulary", name) for kind in ("site", "matter", "thread")}
    for kind in CONTENT:
        found |= {Route(kind, "verb", verb) for verb in VERBS}
        found |= {Route(kind, "other", name) for name in OTHERS}
    return found, own, tools


def _registered(obj, request):
    """Return ({(group, name)}, those of ours) of what the component registry has for an object."""
    adapters = getGlobalSiteManager().adapters
    named, ours = set(), set()
    required = [providedBy(obj), providedBy(request)]
    spaces = {
        f"++{registration.name}++"
        for registration in _registrations()
        if registration.provided is ITraversable and registration.name
    }
    names = defaultdict(list)
    for registration in _registrations():
        if len(registration.required) == 2 and registration.name:
            names[registration.name].append(registration)
    for name, registrations in names.items():
        if adapters.lookup(required, Interface, name) is None:
            continue
        if all(r.provided is ITraversable for r in registrations):
            continue
        match = SERVICE.fullmatch(name)
        route = ("service", f"{match[1]} {match[2]}") if match else ("view", name)
        named.add(route)
        if route[1] not in HELD_CLOSER and any(
            IClientPortalLayer in r.required and required[0].isOrExtends(r.required[0])
            for r in registrations
        ):
            ours.add(route)
    named |= {("namespace", name) for name in spaces}
    return named, ours


@cache
def _registrations():
    """Return all registrations of adapters; test layers stack one registry on the other."""
    found, registries = [], [getGlobalSiteManager()]
    for registry in registries:
        found += registry.registeredAdapters()
        registries += registry.__bases__
    return found


def _methods(obj):
    """Return the names of whatever the publisher would publish as a part of an object."""
    base, found = aq_base(obj), set()
    for name in dir(base):
        # `x__roles__` is who may call x.
        if name.startswith("_") or name.endswith("__roles__"):
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                value = getattr(base, name)
            mark = zpublish_mark(value)
            if mark or (mark is None and typeCheck(value) and getattr(value, "__doc__", None)):
                found.add(name)
        except Exception:  # what cannot be read is not published
            continue
    return found - set(_content_ids(base))


def _content_ids(base):
    try:
        return base.objectIds()
    except Exception:  # no container, or none that works without its surroundings
        return ()


def _skins(portal):
    skins = portal.portal_skins
    path = skins.getSkinPath(skins.getDefaultSkin()) or ""
    for layer in path.split(","):
        folder = skins.restrictedTraverse(layer.strip(), None)
        yield from folder.objectIds() if folder is not None else ()


# What answers to an id.
OTHERS = (
    "resolveuid",
    "resolveUid",
    "redirect-to-uuid",
    "author",
    "old address",
    "old address, a view",
    "not there",
    "not there, a view",
    "below somebody else's",
    "somebody else's below",
    "api twice",
    "view of nothing",
)


def listing(found):
    """Return the routes as sorted lines of text, without the ids that differ from run to run."""
    kinds = defaultdict(set)
    for route in found:
        kinds[route.group, route.name].add(route.kind)
    content = set(CONTENT)
    lines = []
    for (group, name), where in sorted(kinds.items()):
        places = sorted(where - content) if content <= where else sorted(where)
        if content <= where:
            places.insert(0, "content")
        for most in ("tool ", "plugin "):
            among = {place for place in places if place.startswith(most)}
            if len(among) > 10:
                places = [place for place in places if place not in among] + [f"{most}*"]
        lines.append(f"{group} {name}: {', '.join(places)}")
    return lines


def ways(route, path, token, victim):
    """Yield the Requests that ask for a route at a path.

    `victim`: {"uid", "user", "path"} of something that is not theirs, to be named in queries.
    """
    yield from WAYS[route.group](route, path.rstrip("/"), token, victim)


def _soup(victim, token):
    """Return a form that names what Plone's views and services listen to."""
    return urlencode(
        {
            "SearchableText": "qz*",
            "search": "qz",
            "query": "qz",
            "q": "qz",
            "searchstring": "qz",
            "login": "qz",
            "UID": victim["uid"],
            "uid": victim["uid"],
            "uids": victim["uid"],
            "target": victim["uid"],
            "userid": victim["user"],
            "id": victim["user"],
            "metadata_fields": "_all",
            "fullobjects": "1",
            "form.submitted": "1",
            "_authenticator": token,
        }
    )


FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


def _view(route, path, token, victim):
    name = quote(route.name)
    soup = _soup(victim, token)
    yield Request("GET", f"{path}/@@{name}")
    yield Request("GET", f"{path}/{name}")
    yield Request("GET", f"{path}/++view++{name}")
    yield Request("GET", f"{path}/{name}", accept="json")
    yield Request("GET", f"/++api++{path}/@@{name}")
    yield Request("GET", f"{path}/@@{name}/{victim['uid']}")
    yield Request("GET", f"{path}/@@{name}", soup)
    yield Request("POST", f"{path}/@@{name}", body=soup.encode(), content_type=FORM)
    yield Request("HEAD", f"{path}/@@{name}")


def _service(route, path, token, victim):
    verb, _, name = route.name.partition(" ")
    place = f"{path}/{quote(name)}".rstrip("/")
    body = b"" if verb in ("GET", "HEAD", "OPTIONS") else b'{"title": "x", "@type": "Document"}'
    kind = JSON if body else ""
    yield Request(verb, place, "", "json", body, kind)
    yield Request(verb, f"{place}/{victim['uid']}", "", "json", body, kind)
    yield Request(verb, f"{place}/{victim['user']}", "", "json", body, kind)
    yield Request(verb, place, _soup(victim, token), "json", body, kind)
    yield Request(verb, f"/++api++{place}", "", "html", body, kind)


def _method(route, path, token, victim):
    soup = _soup(victim, token)
    name = quote(route.name)
    yield Request("GET", f"{path}/{name}")
    yield Request("GET", f"{path}/{name}", soup)
    yield Request("POST", f"{path}/{name}", body=soup.encode(), content_type=FORM)
    yield Request("GET", f"{path}/{name}", accept="json")


def _vocabulary(route, path, token, victim):
    name = quote(route.name)
    yield Request("GET", f"{path}/@vocabularies/{name}", accept="json")
    yield Request("GET", f"{path}/@vocabularies/{name}", "title=qz", accept="json")
    yield Request("GET", f"{path}/@@getVocabulary", f"name={name}&query=qz")


def _namespace(route, path, token, victim):
    yield Request("GET", f"{path}/{route.name}")
    yield Request("GET", f"{path}/{route.name}{victim['uid']}")
    yield Request("GET", f"{path}/{route.name}title/@@title")
    yield Request("GET", f"{path}/{route.name}/@search", accept="json")


def _verb(route, path, token, victim):
    headers = (
        ("Destination", f"http://portal.example{path}-moved"),
        ("Depth", "1"),
        ("Origin", "https://elsewhere.example"),
        ("Access-Control-Request-Method", "GET"),
    )
    body = b'<?xml version="1.0"?><propfind xmlns="DAV:"><allprop/></propfind>'
    for place in (path, f"{path}/{victim['uid']}", f"{path}/@@title"):
        for accept in ("html", "json"):
            yield Request(route.name, place, "", accept, body, "text/xml", headers)
            yield Request(route.name, place, "", accept)


def _other(route, path, token, victim):
    uid, user, path_ = victim["uid"], victim["user"], victim["path"]
    site = "/" + path_.split("/")[1]
    below = path_[len(site) :]
    places = {
        "resolveuid": [f"{path}/resolveuid/{uid}", f"{path}/resolveuid/{uid}/@@title"],
        "resolveUid": [f"{path}/resolveUid/{uid}"],
        "redirect-to-uuid": [f"{path}/@@redirect-to-uuid/{uid}"],
        "author": [f"{path}/author/{user}", f"{path}/@@author/{user}"],
        "old address": [f"{site}/{victim['old']}"],
        "old address, a view": [f"{site}/{victim['old']}/@@title"],
        "not there": [f"{path}/{'0' * 32}"],
        "not there, a view": [f"{path}/{'0' * 32}/@@title"],
        "below somebody else's": [f"{path_}{path[len(site) :]}"],
        "somebody else's below": [f"{path}{below}", f"{path}{below}/@@title"],
        "api twice": [f"{path}/++api++/++api++", f"/++api++{path}/++api++/x"],
        "view of nothing": [f"{path}/++view++", f"{path}/@@"],
    }
    for place in places[route.name]:
        for verb in ("GET", "HEAD", "POST", "DELETE"):
            for accept in ("html", "json"):
                yield Request(verb, place, "", accept)


WAYS = {
    "view": _view,
    "service": _service,
    "method": _method,
    "skin": _method,
    "vocabulary": _vocabulary,
    "namespace": _namespace,
    "verb": _verb,
    "other": _other,
}
