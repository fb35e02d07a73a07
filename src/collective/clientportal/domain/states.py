"""Workflow states of portal content: changed by the domain alone.

The guards of the transitions ask for a permission that nobody has, so no page and no service of Plone
can run them.
"""

from collective.clientportal.content.message_thread import MessageThread
from collective.clientportal.content.portal_document import PortalDocument
from plone import api


Stateful = PortalDocument | MessageThread

RELEASED = "released"
RECEIVED = "received"
ENDED = "ended"


def of(document: Stateful) -> str:
    """Return the state of a portal document or thread."""
    return str(api.content.get_state(document))


def run(document: Stateful, transition: str) -> None:
    """Run a transition ("release", "receive", "end", "to_<status>"); permissions follow at once."""
    tool = api.portal.get_tool("portal_workflow")
    workflow = tool.getWorkflowsFor(document)[0]
    allowed = workflow.states[of(document)].transitions
    if transition not in allowed:
        raise ValueError(f"{transition} is not possible in the state {of(document)}")
    workflow._executeTransition(document, workflow.transitions[transition])
