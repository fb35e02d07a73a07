"""The OpenAPI document of the services is complete and true: schemathesis asks what it allows, and more."""

import json
import os
import pytest
import schemathesis
import transaction
from collections import Counter
from collective.clientportal.domain import messages
from collective.clientportal.domain import outbox
from collective.clientportal.domain import parts
from collective.clientportal.domain import text_blocks
from collective.clientportal.services import openapi
from collective.clientportal.testing import FUNCTIONAL_TESTING
from conftest import PASSWORD
from contextlib import contextmanager
from hypothesis import given
from hypothesis import HealthCheck
from hypothesis import Phase
from hypothesis import settings
from math import ceil
from pathlib import Path
from plone import api
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance
from schemathesis.specs.openapi.checks import response_schema_conformance
from schemathesis.specs.openapi.checks import status_code_conformance
from test_classification import RESUMABLE
from test_classification import services
from ZODB.DB import DB
from ZODB.DemoStorage import DemoStorage
from zope.component.hooks import setSite
from ZPublisher.httpexceptions import HTTPExceptionHandler
from ZPublisher.WSGIPublisher import publish_module


schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")

FILE = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"

# `make fuzz` asks many more.
REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "5000"))
PEOPLE = ("handler", "anna", "paula", "boss", None)
MEGABYTE = 1024 * 1024
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_document_is_up_to_date(portal):
    """C25: docs/reference/openapi.json is what the services say of themselves; RECORD=1 writes it anew."""
    text = json.dumps(openapi.document(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("RECORD"):
        FILE.write_text(text)
        pytest.skip("written anew")
    assert FILE.read_text() == text


def test_document_is_served(live, rest):
    """C25: to whoever is logged in."""
    for name in ("handler", "anna", "member"):
        assert rest(name).get("@openapi").json() == json.loads(FILE.read_text())
    assert rest().get("@openapi").status_code == 401


def test_document_names_every_service(portal):
    """C25: none that is registered is missing."""
    found = set()
    for path, operations in openapi.document()["paths"].items():
        name = path[path.index("@") :].partition("/")[0] if "@" in path else ""
        found |= {f"{method.upper()} {name}".strip() for method in operations}
    assert found == services() - RESUMABLE


def test_every_service_says_what_it_is_for(portal):
    """C25: in words, with an answer for each success that has a body."""
    for method, path, service in openapi.services():
        assert openapi.summary(service), (method, path)
        assert (service.answer is None) == (service.status == 204), (method, path)


@pytest.fixture
def world(live):
    """The firm with something of each kind in it; {kind of id: those that there are}."""
    shared = live.release(live.add()).documents[0].getId()
    anna, thomas = live.people["anna"], live.people["thomas"]
    with live.as_user("handler"):
        documents = [live.add(f"{n}.pdf").UID() for n in range(3)]
        draft = messages.Draft("Bitte antworten.", tuple(documents[:1]))
        thread, sent = messages.send(live.matter, draft, "reply", [anna])
        text_blocks.save("Eingang", "", "Ihre Unterlagen sind eingegangen.")
    api.portal.set_registry_record("collective.clientportal.client_upload_files", 10_000)
    with live.as_user("anna"):
        uploads = [parts.begin(place, "a.pdf", MEGABYTE).uid for place in (live.annas, thread)]
    mail = outbox.told(thread, sent.id)[0]
    outbox.settle_refused(mail, "550 no such mailbox")
    transaction.commit()
    return {
        "mail": [mail.id],
        "matter": [live.matter.UID()],
        "thread": [thread.UID()],
        "folder": [live.annas.UID()],
        "participant": [anna, thomas],
        "share": [shared],
        "upload": uploads,
        "Tus-Resumable": ["1.0.0"],
        "Upload-Length": ["5"],
        "Upload-Metadata": ["filename YS5wZGY="],
        "Upload-Offset": ["0"],
        "Upload-Checksum": [""],
        "documents": documents,
        "recipients": [anna, "anna@example.org", "new@example.org"],
        "readers": [anna, thomas],
        "message": [sent.id],
        "seen": [sent.id],
        "before": [sent.id],
        "login": [live.login("anna")],
        "password": [PASSWORD],
        "otp": [""],
    }


def document(world):
    """Return the document with ids that there are, and with nothing in an answer that is not described."""
    found = json.loads(json.dumps(openapi.document()))
    for operations in found["paths"].values():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                _with_ids({parameter["name"]: parameter["schema"]}, world)
            for content in operation.get("requestBody", {}).get("content", {}).values():
                for body in content["schema"].get("anyOf", [content["schema"]]):
                    _with_ids(body.get("properties", {}), world)
            for answer in operation["responses"].values():
                _closed(answer)
    return found


def _with_ids(properties, world):
    for name in properties.keys() & world.keys():
        schema = properties[name].get("items", properties[name])
        schema.pop("pattern", None)
        schema["enum"] = world[name]


def _closed(part):
    if isinstance(part, dict):
        if "properties" in part and part != openapi.schemas.CONTENT:
            part["additionalProperties"] = False
        for value in part.values():
            _closed(value)
    elif isinstance(part, list):
        for value in part:
            _closed(value)


@contextmanager
def discarded():
    """Whatever is committed in here is gone afterwards."""
    database = FUNCTIONAL_TESTING["zodbDB"]
    storage = DemoStorage(base=database.storage, close_base_on_close=False)
    FUNCTIONAL_TESTING["zodbDB"] = DB(storage)
    try:
        yield
    finally:
        FUNCTIONAL_TESTING["zodbDB"].close()
        FUNCTIONAL_TESTING["zodbDB"] = database


def test_services_answer_as_described(live, rest, world):
    """T4: 5,000 requests of five people, allowed and wrong ones: no 5xx, and every answer as described."""
    app = HTTPExceptionHandler(publish_module)
    headers = {person: _headers(rest(), person and live.login(person)) for person in PEOPLE}
    schema = schemathesis.openapi.from_dict(document(world))
    operations = [found.ok() for found in schema.get_all_operations()]
    given_something = [o for o in operations if o.body or o.query or o.path_parameters]
    cells = len(PEOPLE) * len(given_something) * len(MODES)
    statuses, failures = Counter(), []
    for operation in operations:
        for mode in MODES if operation in given_something else MODES[:1]:
            for person in PEOPLE:
                try:
                    with discarded():
                        ask(operation, mode, app, headers[person], ceil(REQUESTS / cells), statuses)
                except Exception as error:
                    failures.append(f"{operation.label} ({mode}, {person}): {error}")
    setSite(live.portal)
    assert not failures, "\n".join(failures)
    assert statuses.total() >= REQUESTS
    for operation in operations:
        assert any(statuses[operation.label, status] for status in (200, 201, 204)), operation.label


def _headers(client, login):
    if login is None:
        return {"Accept": "application/json"}
    token = client.post("@login", json={"login": login, "password": PASSWORD}).json()["token"]
    return {"Accept": "application/json", "Authorization": f"Bearer {token}"}


def ask(operation, mode, app, headers, requests, statuses):
    """Ask an operation that many times; count the answers by status."""

    @settings(
        max_examples=requests,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask_(case):
        response = case.call(app=app, base_url="http://localhost/plone", headers=headers)
        statuses[operation.label, response.status_code] += 1
        checks = list(CHECKS)
        if operation.label == "GET /@health" and response.status_code == 503:
            # That is what it is there to say: here no worker runs, and a mail has failed.
            checks.remove(not_a_server_error)
        case.validate_response(response, checks=checks)

    ask_()
