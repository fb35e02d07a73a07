"""The OpenAPI document: made from what each service says of itself."""

from collective.clientportal.content.matter import IMatter
from collective.clientportal.content.message_thread import IMessageThread
from collective.clientportal.content.portal_folder import IPortalFolder
from collective.clientportal.interfaces import IClientPortalLayer
from collective.clientportal.services import fields
from collective.clientportal.services import schemas
from collective.clientportal.services.base import BaseService
from collective.clientportal.services.base import ByIdService
from collective.clientportal.services.base import WriteService
from importlib.metadata import version
from zope.component import getGlobalSiteManager


PLACES = {
    IMatter: ("matter",),
    IMessageThread: ("matter", "thread"),
    IPortalFolder: ("matter", "folder"),
}
REFUSALS = {
    "400": "It cannot be done as it was asked",
    "401": "Nobody is logged in",
    "403": "The thing is known, but this may not be done to it",
    "404": "It is not there, or not theirs",
}
WRITING = {
    "413": "It is longer than this service takes; not read",
    "415": "The body is no JSON",
    "507": "The server has no room left; nothing was stored",
}


class OpenApiGet(BaseService):
    """GET /@openapi: this document."""

    answer = {"type": "object"}

    def reply(self):
        """Return the document."""
        return document()


def document():
    """Return the OpenAPI document of all services of the portal."""
    paths = {}
    for method, path, service in services():
        paths.setdefault(path, {})[method.lower()] = _operation(method, path, service)
    scheme = {"type": "http"}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Client portal",
            "version": version("collective.clientportal"),
            "description": "Send `Accept: application/json` with each request.",
        },
        "servers": [{"url": ".", "description": "The site"}],
        "security": [{"basic": []}, {"token": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "basic": {**scheme, "scheme": "basic"},
                "token": {**scheme, "scheme": "bearer", "bearerFormat": "JWT"},
            },
            "schemas": {"Error": schemas.ERROR},
        },
    }


def services():
    """Return (method, path, class) of each service of the portal, by path."""
    found = set()
    for registration in getGlobalSiteManager().registeredAdapters():
        service = registration.factory
        is_own = isinstance(service, type) and issubclass(service, BaseService)
        if is_own and IClientPortalLayer in registration.required:
            method, _, name = registration.name.partition("_application_json_")
            ids = PLACES.get(registration.required[0], ())
            steps = ["matters", *(f"{{{of}}}" for of in ids)] if ids else []
            steps += [name] if name else []
            steps += [f"{{{service.of}}}"] if issubclass(service, ByIdService) else []
            found.add((method, "/" + "/".join(steps), service))
    return sorted(found, key=lambda row: (row[1], row[0]))


def summary(service):
    """Return what a service is for, in words."""
    return service.__mro__[1].__doc__.splitlines()[0].partition(": ")[2].rstrip(".")


def _operation(method, path, service):
    operation = {
        "operationId": service.__mro__[1].__name__,
        "summary": summary(service),
        "parameters": _parameters(path, service),
        "responses": _answers(service),
    }
    bodies = [_body(body) for body in getattr(service, "bodies", ())]
    if bodies:
        schema = bodies[0] if len(bodies) == 1 else {"anyOf": bodies}
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schema}},
        }
    if service.media_type:
        schema = {"type": "string", "format": "binary"}
        operation["requestBody"] = {
            "required": True,
            "content": {service.media_type: {"schema": schema}},
        }
    return operation


def _parameters(path, service):
    ids = [step[1:-1] for step in path.split("/") if step.startswith("{")]
    found = [{"name": name, "in": "path", "required": True, "schema": _id(name)} for name in ids]
    found += [_parameter(field, "query") for field in service.query]
    return found + [_parameter(field, "header") for field in getattr(service, "headers", ())]


def _id(name):
    return fields.PERSON if name == "participant" else fields.UID


def _parameter(field, place):
    return {
        "name": field.name,
        "in": place,
        "required": field.required,
        "description": field.meaning,
        "schema": field.schema,
    }


def _body(body):
    return {
        "title": body.title,
        "type": "object",
        "properties": {field.name: _property(field) for field in body.fields},
        "required": [field.name for field in body.fields if field.required],
        "additionalProperties": body.more,
    }


def _property(field):
    schema = {**field.schema, "description": field.meaning}
    if not field.required:
        # null is the same as leaving it out.
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"] = [*schema["enum"], None]
    return schema


def _answers(service):
    done = {"description": "Done"}
    if service.answer is not None:
        done["content"] = {"application/json": {"schema": service.answer}}
    refusals = REFUSALS | (WRITING if issubclass(service, WriteService) else {}) | service.refusals
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        str(service.status): done,
        **{
            status: {"description": meaning, "content": error}
            for status, meaning in refusals.items()
        },
        **{
            status: {
                "description": meaning,
                "content": {"application/json": {"schema": schema}},
            }
            for status, (meaning, schema) in service.also.items()
        },
    }
