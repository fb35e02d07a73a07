"""docs/reference/rest.md shows requests and answers that were recorded here, and no others.

`RECORD=1 pytest tests/services/test_documentation.py` writes recorded/*.http anew; what stands there is
to be copied into rest.md, word for word. The tables of fields it writes by itself.
"""

import base64
import hashlib
import json
import os
import pytest
import re
from collective.clientportal.domain import text_blocks
from collective.clientportal.services import fields
from collective.clientportal.services import openapi
from conftest import BASE_URL
from conftest import PDF
from pathlib import Path
from services.test_access import FOLDER
from services.test_access import MATTER
from services.test_access import SITE
from services.test_access import THREAD


RECORDED = Path(__file__).parent / "recorded"
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "rest.md"

HEADERS = ["Content-Type", "Content-Length", "Content-Disposition", "Cache-Control"]
HEADERS += ["Content-Security-Policy", "X-Content-Type-Options"]

# Hashes that are the same in each run.
KNOWN = {"0" * 64, hashlib.sha256(PDF).hexdigest()}


class Recorder:
    """Performs calls and keeps them as text, with everything that changes from run to run replaced."""

    def __init__(self, base):
        self.base = base
        self.texts = {}
        self.seen = {}

    def __call__(self, name, client, method, path, body=None, answer=True, items=slice(None)):
        """Call, keep it as `name`, return the response.

        `answer`: show the body of the answer; `items`: those of its items that are shown.
        """
        response = client.request(method, path, json=body)
        path = response.request.path_url.removeprefix("/plone")
        lines = [f"{method} {path} HTTP/1.1", "Accept: application/json"]
        if client.auth:
            lines.append("Authorization: Basic …")
        if body is not None:
            text = json.dumps(body, indent=2, ensure_ascii=False)
            lines += ["Content-Type: application/json", "", text]
        lines += ["", f"HTTP/1.1 {response.status_code} {response.reason}"]
        shown = HEADERS if path.endswith("download") else ["Location"]
        lines += [f"{h}: {response.headers[h]}" for h in shown if h in response.headers]
        if path.endswith("download"):
            lines += ["", response.text]
        elif response.content and answer:
            data = response.json()
            if "items" in data:
                data["items"] = data["items"][items]
            text = json.dumps(data, indent=2, ensure_ascii=False)
            lines += ["Content-Type: application/json", "", text]
        self.texts[name] = self._stable("\n".join(lines)) + "\n"
        return response

    def _stable(self, text):
        text = text.replace(self.base, BASE_URL)
        text = re.sub(r'"token": "[^"]+"', '"token": "eyJhbGciOiJIUzI1NiI…"', text)
        text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?", self._time, text)
        text = re.sub(r'"\d{4}-\d\d-\d\d"', '"2026-01-05"', text)
        text = re.sub(r"\b\d{19}\b", self._number, text)
        return re.sub(r"\b([0-9a-f]{64}|[0-9a-f]{32})\b", self._hexadecimal, text)

    def _time(self, match):
        return "2026-01-05T09:30:00" + (".000000" if match[1] else "")

    def _number(self, match):
        return str(7220000000000000000 + self._place(match[0]))

    def _hexadecimal(self, match):
        if match[0] in KNOWN:
            return match[0]
        digest = hashlib.sha256(b"%d" % self._place(match[0])).hexdigest()
        return digest[: len(match[0])]

    def _place(self, value):
        return self.seen.setdefault(value, len(self.seen) + 1)


@pytest.fixture
def recorded(live, rest, work, smtp):
    """The texts of all examples, by name."""
    record = Recorder(live.portal.absolute_url())
    handler, boss = rest("handler"), rest("boss")
    home = "matters"

    credentials = {"login": live.login("anna"), "password": rest("anna").auth[1]}
    record("login", rest(), "POST", "@login", credentials)
    body = {
        "@type": "Matter",
        "title": "Erbsache Kern",
        "reference": "26/0031",
        "handlers": ["handler"],
        "assistants": ["assistant"],
        "restricted": False,
    }
    matter = record("matter", handler, "POST", home, body, answer=False).headers["Location"]
    record("portal-post", handler, "POST", f"{matter}/@portal", {"enabled": True})
    body = {
        "email": "carla@example.org",
        "fullname": "Carla Kern",
        "party": "Mandantin",
        "may_write": True,
    }
    carla = record("participants-post", handler, "POST", f"{matter}/@participants", body).json()[
        "id"
    ]
    body = {"email": "assistant@firm.example"}
    record("participants-post-refused", handler, "POST", f"{matter}/@participants", body)
    record("participants-get", handler, "GET", f"{matter}/@participants")
    body = {"may_write": False}
    record("participants-patch", handler, "PATCH", f"{matter}/@participants/{carla}", body)
    body = {"@type": "PortalFolder", "title": "Bescheide", "readers": [carla]}
    folder = record("folder", handler, "POST", matter, body).json()
    file = {"filename": "Erbschein.pdf", "content-type": "application/pdf", "encoding": "base64"}
    file["data"] = base64.b64encode(PDF).decode()
    body = {"@type": "File", "title": "Erbschein.pdf", "file": file}
    record("document", handler, "POST", matter, body, answer=False)
    [uid] = [
        o.UID()
        for o in live.portal["matters"][matter.split("/")[-1]].objectValues("Dexterity Item")
    ]
    body = {"documents": [uid], "folder": folder["UID"]}
    item = record("share", handler, "POST", f"{matter}/@share", body).json()["items"][0]
    body = {"documents": [], "folder": folder["UID"]}
    record("share-refused", handler, "POST", f"{matter}/@share", body)
    record("shares-get", handler, "GET", f"{matter}/@shares")
    record("journal", handler, "GET", f"{matter}/@journal", items=slice(-2, None))
    client = rest("anna")
    document = live.release(live.add("Klage.pdf")).documents[0]
    record("portal-get", client, "GET", "@portal")
    record("download", client, "GET", f"{document.absolute_url()}/@@download")
    record("not-theirs", client, "GET", f"{matter}/@shares")
    record("not-to-do", client, "GET", f"{live.matter.absolute_url()}/@shares")
    record("stranger", rest(), "GET", "@portal")
    body = {"@type": "MessageThread", "title": "Unterlagen", "readers": [live.people["anna"]]}
    matter_of_anna = live.matter.absolute_url()
    thread = record("thread", handler, "POST", matter_of_anna, body).json()
    body = {
        "thread": thread["UID"],
        "text": "Bitte senden Sie uns das Formular.",
        "expects": "reply_with_file",
        "recipients": [live.people["anna"]],
        "documents": [live.add("Formular.pdf").UID()],
    }
    sent = record("send", handler, "POST", f"{matter_of_anna}/@send", body).json()
    record("send-refused", handler, "POST", f"{matter_of_anna}/@send", body | {"recipients": []})
    record("inbox", client, "GET", "@inbox")
    messages = f"{thread['@id']}/@messages"
    record("read", client, "POST", f"{thread['@id']}/@read", {"act": "open_from_widget"})
    record("read-refused", client, "POST", f"{thread['@id']}/@read", {"act": "mark_read"})
    form = {"filename": "Formular.pdf", "content-type": "application/pdf", "encoding": "base64"}
    form["data"] = base64.b64encode(PDF).decode()
    body = {"text": "Anbei das Formular.", "attachments": [form]}
    record("messages-post", client, "POST", messages, body)
    record("note", handler, "POST", messages, {"text": "Formular prüfen.", "internal": True})
    record("messages-get", handler, "GET", f"{messages}?limit=2")
    record("matters", handler, "GET", "@matters?status=with_us&sort_on=reference")
    record("recipients", handler, "GET", f"{matter_of_anna}/@recipients?q=anna&scope=clients")
    with live.as_user("handler"):
        text_blocks.save("Eingang", "Mandantenportal", "Ihre Unterlagen sind eingegangen.")
    record("text-blocks", handler, "GET", "@text-blocks?category=Mandantenportal")
    smtp.reply_to["anna@example.org"] = "550 5.1.1 no such mailbox"
    work()
    smtp.reply_to.clear()
    undelivered = record("undelivered", handler, "GET", f"{messages}?limit=200", items=slice(1))
    [mail] = undelivered.json()["items"][0]["undelivered"]
    record("resend", handler, "POST", f"{matter_of_anna}/@resend", {"mail": mail["id"]})
    body = {"message": sent["id"], "reason": "An die falsche Person gesendet."}
    record("recall", handler, "POST", f"{thread['@id']}/@recall", body)
    record("shares-delete", handler, "DELETE", f"{matter}/@shares/{item['UID']}")
    record("shares-delete-refused", handler, "DELETE", f"{matter}/@shares/{item['UID']}")
    record("participants-delete", handler, "DELETE", f"{matter}/@participants/{carla}")
    work()
    record("outbox", boss, "GET", "@outbox", items=slice(1))
    return record.texts


def test_examples(recorded):
    """Issue 2, point 10: examples recorded by tests."""
    files = {path.stem: path.read_text() for path in RECORDED.glob("*.http")}
    if os.environ.get("RECORD"):
        for name in files.keys() - recorded.keys():
            (RECORDED / f"{name}.http").unlink()
        for name, text in recorded.items():
            (RECORDED / f"{name}.http").write_text(text)
        pytest.skip("recorded anew")
    assert files == recorded


def test_reference_shows_every_example():
    """Issue 2, point 10: docs/reference/rest.md cannot rot."""
    blocks = set(re.findall(r"^```http\n(.*?)^```$", REFERENCE.read_text(), re.M | re.S))
    examples = {path.stem: path.read_text() for path in RECORDED.glob("*.http")}
    assert examples
    assert [name for name, text in examples.items() if text not in blocks] == []
    assert blocks == set(examples.values())


def shape(schema):
    """Return in words what a schema asks for."""
    if schema == fields.UID:
        return "UID"
    if schema == fields.MESSAGE_ID:
        return "id"
    if schema == fields.BYTES:
        return "whole number"
    if schema == fields.TIME:
        return "time with its zone, `2026-11-19T09:02:00+01:00`"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema["type"] == "integer":
        return f"whole number, {schema['minimum']} to {schema['maximum']}"
    if schema["type"] == "array":
        return f"list of: {shape(schema['items'])}"
    if schema["type"] == "string":
        least = "1 to " if "minLength" in schema else "at most "
        return f"text, {least}{schema['maxLength']} characters"
    return {"boolean": "`true` or `false`", "object": "object"}[schema["type"]]


def table(rows, what):
    """Return a table of fields."""
    lines = [f"| {what} | | Meaning |", "|---|---|---|"]
    for field in rows:
        required = "**required**; " if field.required else ""
        lines.append(f"| `{field.name}` | {required}{shape(field.schema)} | {field.meaning} |")
    return "\n".join(lines)


def tables(service):
    """Return everything that can be sent to a service, as tables."""
    found = [table(service.query, "Query")] if service.query else []
    if getattr(service, "headers", ()):
        found.append(table(service.headers, "Header"))
    bodies = getattr(service, "bodies", ())
    for body in bodies:
        more = " Other fields are read by Plone." if body.more else ""
        title = f"{body.title}.{more}\n\n" if len(bodies) > 1 else ""
        found.append(title + table(body.fields, "Field"))
    return "\n\n".join(found)


def test_reference_shows_every_field(portal):
    """Issue 4, point 5: the tables of rest.md come from what the services themselves read input by."""
    expected = {
        f"{method} {path}": f"\n\n{tables(service)}\n\n"
        for method, path, service in openapi.services()
        if tables(service)
    }
    text, part = REFERENCE.read_text(), re.compile(r"<!-- (\w+ /\S*) -->(.*?)<!-- end -->", re.S)
    if os.environ.get("RECORD"):
        REFERENCE.write_text(
            part.sub(lambda m: f"<!-- {m[1]} -->{expected[m[1]]}<!-- end -->", text)
        )
        pytest.skip("written anew")
    assert dict(part.findall(text)) == expected


def test_reference_names_every_service():
    """Issue 2, point 10: every service of the table has its section."""

    text = REFERENCE.read_text()
    missing = []
    for service in [*MATTER, *THREAD, *FOLDER, *SITE]:
        method, _, name = service.partition(" ")
        if not re.search(rf"`{method} \S*{re.escape(name)}\S*`", text):
            missing.append(service)
    assert missing == []
