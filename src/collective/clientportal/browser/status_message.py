"""What an act brought about, in green: Plone knows information, warning and error only."""

from collective.clientportal import _
from plone.app.layout.viewlets.globalstatusmessage import GlobalStatusMessage


SUCCESS = {
    "msg": _("success_label", default="Done:"),
    "icon": "check-circle",
    "cssclass": "statusmessage statusmessage-success alert alert-success",
}


class StatusMessage(GlobalStatusMessage):
    """Plone's viewlet, with success."""

    def display_info_for_mtype(self, mtype):
        """Return label, icon and classes of a kind of message."""
        return SUCCESS if mtype == "success" else super().display_info_for_mtype(mtype)
