"""A client portal for law firms, tax advisers and insurance brokers, on Plone."""

from zope.i18nmessageid import MessageFactory


_ = MessageFactory("collective.clientportal")
