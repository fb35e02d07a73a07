"""A matter: the internal file of a case, with the portal that its clients see."""

from Acquisition import aq_base
from BTrees.LOBTree import LOBTree
from BTrees.OOBTree import OOBTree
from collective.clientportal import _
from collective.clientportal.content.trees import queue
from persistent import Persistent
from plone.app.z3cform.widgets.select import SelectFieldWidget
from plone.autoform import directives
from plone.dexterity.content import Container
from plone.supermodel import model
from typing import Any
from zExceptions import BadRequest
from zope import schema
from zope.component import queryMultiAdapter
from zope.globalrequest import getRequest
from zope.interface import implementer
from zope.interface import Invalid
from zope.interface import invariant


class IMatter(model.Schema):
    """What staff enter about a matter."""

    title = schema.TextLine(title=_("field_title", default="Title"))

    reference = schema.TextLine(
        title=_("field_reference", default="Reference"),
        description=_("field_reference_help", default="Unique in the firm, for example 24/0113."),
        max_length=60,
        constraint=lambda value: bool(value.strip()) and value.isprintable(),
    )

    directives.widget("handlers", SelectFieldWidget)
    handlers = schema.List(
        title=_("field_handlers", default="Handlers"),
        description=_("field_handlers_help", default="They may share with clients."),
        value_type=schema.Choice(vocabulary="collective.clientportal.Staff"),
        required=False,
        defaultFactory=list,
    )

    directives.widget("assistants", SelectFieldWidget)
    assistants = schema.List(
        title=_("field_assistants", default="Assistants"),
        description=_("field_assistants_help", default="They may share with clients, too."),
        value_type=schema.Choice(vocabulary="collective.clientportal.Staff"),
        required=False,
        defaultFactory=list,
    )

    restricted = schema.Bool(
        title=_("field_restricted", default="Restricted access"),
        description=_(
            "field_restricted_help",
            default="Only the handlers and assistants of this matter see that it exists.",
        ),
        required=False,
        default=False,
    )

    resubmission = schema.Date(
        title=_("field_resubmission", default="Resubmission"),
        description=_("field_resubmission_help", default="The day on which to look at it again."),
        required=False,
    )

    @invariant
    def somebody_sees_it(data):
        """A restricted matter without a team would be there for nobody."""
        if data.restricted and not (data.handlers or data.assistants):
            raise Invalid(
                _(
                    "error_nobody_sees_it",
                    default="A restricted matter needs a handler or an assistant: "
                    "nobody else sees that it exists.",
                )
            )


class Participant(Persistent):
    """A client's place in one matter.

    `party` is the client's part in it, in the firm's words ("Mandantin"); `added` a UTC datetime.
    """

    def __init__(self, user_id, party, may_write, added, added_by):
        self.user_id = user_id
        self.party = party
        self.may_write = may_write
        self.added = added
        self.added_by = added_by


class Journal(Persistent):
    """A matter's journal.

    `unsealed` maps time ids to entries that no seal covers yet, `sealed` maps the sequence number
    (1, 2, …) to (entry, hash). An entry is one line of canonical JSON.
    """

    def __init__(self):
        self.unsealed = queue()
        self.sealed = LOBTree()


@implementer(IMatter)
class Matter(Container):
    """A matter.

    `participants`: user id → Participant, its roster of clients. `sources`: UID of an internal document
    → places of what was made from it, (id of the folder or thread, id in it). `remembered`: user ids
    of the recipients of the last message. `unseen`: time id of a client's message that nobody of the
    team has seen yet → UID of its thread, from the key 1 on. `posted`: (author, key that their form made)
    → (digest, UID of the thread, time id) of the message stored for it, so that a repeated request stores
    one.
    `received`: user id of a client → bytes of all files they have sent.
    """

    # Local roles given above a matter, by whatever means, end here.
    __ac_local_roles_block__ = True

    # An order kept in one list would make two people who upload at once conflict.
    _ordering = "unordered"

    portal_enabled = False
    remembered: tuple[str, ...] = ()

    # What the journal knows of the fields above, to tell what an edit changed.
    recorded: dict[str, Any] | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.participants = OOBTree()
        self.sources = OOBTree()
        self.unseen = queue()
        self.posted = OOBTree()
        self.received = OOBTree()
        self.journal = Journal()

    def _checkId(self, id, allow_dup=0):
        """Refuse ids that mean something here: a file `index_html` would stand in for the matter's page."""
        super()._checkId(id, allow_dup)
        is_view = queryMultiAdapter((self, getRequest()), name=id) is not None
        if is_view or hasattr(aq_base(self), id) or id.startswith(("@", "index")):
            raise BadRequest(f"“{id}” cannot be the id of something in a matter.")

    def setLayout(self, layout):
        """Refuse another view: a matter has one."""
        raise BadRequest("A matter has one view.")

    def cb_isCopyable(self):
        """A copy would take clients and journal along: there is none."""
        return False
