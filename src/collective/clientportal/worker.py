"""The workers: threads of the server that seal journals and send what is due."""

import logging
import threading
import transaction
import Zope2
from AccessControl.SecurityManagement import newSecurityManager
from AccessControl.SecurityManagement import noSecurityManager
from AccessControl.SpecialUsers import system
from collective.clientportal.domain import accounts
from collective.clientportal.domain import journal
from collective.clientportal.domain import notices
from collective.clientportal.domain import registers
from collective.clientportal.domain import rounds
from plone import api
from Products.CMFCore.interfaces import ISiteRoot
from smtplib import SMTPException
from Testing.makerequest import makerequest
from ZODB.POSException import ConflictError
from zope.component.hooks import setSite
from zope.sendmail.mailer import SMTPMailer


logger = logging.getLogger("collective.clientportal.worker")

PAUSE = 1.0  # seconds

# Seconds that a mail server may take over one answer: many take thirty to look at a mail, and hanging up on
# it means to send it again. Over one mail there are at most ten (connecting, greeting, EHLO, STARTTLS, EHLO,
# log-in in two, MAIL, RCPT, DATA, the text): less than a lease.
TIMEOUT = 100
ANSWERS = 11


def start(event):
    """Start the workers with the server; CLIENTPORTAL_WORKER=off leaves them to another process."""
    if not rounds.are_elsewhere():
        begin(threading.Event())


def begin(stop):
    """Start the workers, to run until `stop` is set; return their threads."""
    # Two threads: a slow mail server must not keep the journals open.
    threads = [
        threading.Thread(
            target=run, args=(job, stop), name=f"clientportal-{job.__name__}", daemon=True
        )
        for job in (seal, send)
    ]
    for thread in threads:
        thread.start()
    return threads


def run(job, stop):
    """Do `job` for every site each second, until `stop` is set."""
    stumbled = False
    while not stop.wait(PAUSE):
        try:
            work(Zope2.DB, job, stop.is_set)
            stumbled = False
        except Exception:
            # Nothing may end the thread: what failed now is tried again in a second. Said once in a row:
            # where the disk is full, the log must not fill it.
            if not stumbled:
                logger.exception("The worker stumbled and goes on.")
            stumbled = True


def work(database, job, is_over=lambda: False):
    """Do one round of `job` (`seal` or `send`) for every site of `database` with a portal.

    `is_over`: tells whether the worker is to end; a long round breaks off then, in good order.
    """
    transaction.begin()
    connection = database.open()
    try:
        newSecurityManager(None, system)
        app = makerequest(connection.root()["Application"])
        for site in app.objectValues():
            if ISiteRoot.providedBy(site) and registers.installed(site):
                setSite(site)
                job(is_over)
                rounds.done(job.__name__)
    finally:
        setSite(None)
        noSecurityManager()
        transaction.abort()
        connection.close()


def seal(_is_over):
    """Close the chain over the journal entries that are not sealed yet; it takes no time to speak of."""
    _commit(journal.seal)


def send(is_over):
    """Answer those who want a new password, and send the notices that are due, until `is_over` says so."""
    _commit(accounts.answer_resets)
    notices.send_due(Mailer(), is_over=is_over)


def _commit(change):
    """Do `change`, which returns how much it has done, in a transaction of its own."""
    transaction.begin()
    try:
        if change():
            transaction.commit()
    except ConflictError:
        # Somebody wrote at this moment; the next round does it.
        pass
    finally:
        transaction.abort()


class Mailer(SMTPMailer):
    """Sends by the mail server that the site's mail settings name, one connection a mail."""

    def __init__(self):
        host = api.portal.get_tool("MailHost")
        # Plone fills in host, port and password from the registry.
        super().__init__(force_tls=host.force_tls, implicit_tls=host.implicit_tls, timeout=TIMEOUT)

    def _close_connection(self):
        """Hang up. The server has given its answer before: whatever goes wrong now changes nothing."""
        try:
            super()._close_connection()
        except (SMTPException, OSError):
            self.connection = None
