"""What stands in the title bar of staff's pages: the page first, then what it is a page of."""

from collective.clientportal.browser.staff import StaffPage
from html import escape
from plone.app.layout.viewlets.common import TitleViewlet


class PageTitle(TitleViewlet):
    """Plone's viewlet, with the title of the page; Plone names the object only."""

    def update(self):
        """Put the title of the page before Plone's."""
        super().update()
        if isinstance(self.view, StaffPage) and self.view.title:
            self.site_title = (
                f"{escape(self.view.text(self.view.title))}{self.sep}{self.site_title}"
            )
