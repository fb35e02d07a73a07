"""What the benchmarks' loader makes is what the functions of the domain make."""

import datetime
import difflib
import json
import re
import sys
from Acquisition import aq_base
from BTrees.OOBTree import OOTreeSet
from collective.clientportal.domain import registers
from collective.clientportal.domain import rosters
from DateTime import DateTime
from pathlib import Path
from persistent import Persistent
from Products.CMFCore.indexing import processQueue


sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import loader


TEAM = (("handler",), ("assistant",))
PLAN = loader.Plan("Alpha", *TEAM, "karl@mail.example", 3, 12, 6)
OTHER = loader.Plan("Omega", *TEAM, "lora@mail.example", 3, 12, 6)
SAME = {"Omega": "Alpha", "Lora": "Karl"}
HEX = re.compile(r"[0-9a-f]{64}|[0-9a-f]{32}")
KEY = re.compile(r"\d{18,20}")


def plain(value):
    """Return a value as plain data in which ids, times and hashes are left out."""
    if isinstance(value, str):
        if value.startswith("{"):
            return plain(json.loads(value))
        value = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]*", "<time>", value)
        value = KEY.sub("<key>", HEX.sub("<id>", value))
        for name, other in SAME.items():
            value = value.replace(name, other).replace(name.lower(), other.lower())
        return value
    if isinstance(value, int) and not isinstance(value, bool) and value > 2**40:
        return "<key>"
    if isinstance(value, datetime.datetime | DateTime):
        zone = value.timezone() if isinstance(value, DateTime) else value.tzinfo
        return f"<{type(value).__name__} {zone}>"
    if isinstance(value, dict):
        pairs = [(plain(key), plain(item)) for key, item in value.items()]
        return sorted(pairs, key=repr)
    if isinstance(value, list | tuple):
        return [type(value).__name__, *map(plain, value)]
    if hasattr(value, "items") and isinstance(value, Persistent):
        found = [(plain(key), plain(item)) for key, item in value.items()]
        return [type(value).__name__, sorted(found, key=repr)]
    if isinstance(value, OOTreeSet):
        return [type(value).__name__, sorted(map(plain, value), key=repr)]
    if isinstance(value, Persistent):
        return plain_object(value)
    return repr(value) if not hasattr(value, "__dict__") else plain_object(value)


def plain_object(obj):
    """Return the class and the attributes of an object, without what lies in a folder."""
    base = aq_base(obj)
    if isinstance(base, Persistent):
        base._p_activate()
    if type(base).__name__ == "Blob":
        with base.open() as stream:
            return plain(stream.read().decode())
    if type(base).__name__ == "Length":
        return base()
    found = {name: value for name, value in base.__dict__.items() if name[:3] not in ("_v_", "_p_")}
    for name in ("_tree", "_mt_index"):
        found.pop(name, None)
    return [type(base).__name__, [(name, plain(found[name])) for name in sorted(found)]]


def whole(portal, matter):
    """Return all that there is of a matter, in the tree, in the registers and in the catalog."""
    processQueue()
    catalog = portal.portal_catalog
    folders, threads = rosters.folders(matter), rosters.threads(matter)
    internal = [obj for obj in matter.objectValues() if obj.portal_type == "File"]
    everything = [
        matter,
        *sorted(internal, key=lambda obj: obj.title),
        *folders,
        *(document for folder in folders for document in rosters.documents(folder)),
        *sorted(threads, key=lambda obj: obj.creation_date),
    ]
    rows = {}
    for obj in everything:
        rid = catalog.getrid("/".join(obj.getPhysicalPath()))
        if rid is not None:
            index = catalog.getIndexDataForRID(rid)
            for name in ("created", "modified", "Date"):
                index.pop(name)
            index = {
                name: sorted(map(plain, value), key=repr) if isinstance(value, list) else value
                for name, value in index.items()
            }
            rows[obj.portal_type, obj.title] = (index, catalog.getMetadataForRID(rid))
    books = registers.registers()
    uid, [client] = matter.UID(), matter.participants
    ids = {uid, *(obj.UID() for obj in everything)}
    return {
        "objects": [plain_object(obj) for obj in everything],
        "meta types": sorted(matter.objectIds(kind, ordered=False).__len__() for kind in KINDS),
        "catalog": plain(rows),
        "in intids": [[obj in utility for utility in loader_intids()] for obj in everything],
        "card": plain(books.cards[uid]),
        "reference": books.references[matter.reference.casefold()] == uid,
        "path": plain(books.matters[uid]),
        "rosters": plain(sorted(g for g in books.rosters[client] if g.split(":")[1] in ids)),
        "taking part": uid in books.taking_part[client],
        "inbox": plain(sorted(v for k, v in books.inbox[client].items() if k in ids)),
        "outbox": [plain_object(entry) for entry in books.outbox.values() if entry.matter == uid],
        "unsealed": sum(value == uid for value in books.unsealed.values(1)),
        "person": plain_object(books.people[client]),
    }


KINDS = ("Dexterity Item", "Client Portal Folder", "Client Portal Thread")


def loader_intids():
    """Return the registers of numbers that Plone keeps of objects."""
    return loader.getAllUtilitiesRegisteredFor(loader.IIntIds)


def test_the_loader_makes_what_the_domain_makes(firm):
    """Same attributes, catalog, registers, journal and outbox, but for ids and times."""
    home = firm.portal["matters"]
    made = loader.by_domain(home, PLAN)
    model = loader.by_domain(home, loader.Plan("Model", *TEAM, "max@mail.example"))
    load = loader.Loader(home, model)
    loaded, expected = whole(firm.portal, load(OTHER)), whole(firm.portal, made)
    assert loaded.keys() == expected.keys()
    for part, value in expected.items():
        lines, others = (
            json.dumps(v, indent=1, default=repr).split("\n") for v in (value, loaded[part])
        )
        assert "\n".join(difflib.unified_diff(lines, others, part, lineterm="")) == ""
