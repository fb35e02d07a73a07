"""A real SMTP server that behaves as badly as it is told to."""

import asyncio
import socket
from aiosmtpd.controller import Controller
from email import message_from_bytes
from email import policy
from email.message import EmailMessage


class MailServer:
    """A real SMTP server on loopback: `mails` are what it took.

    `reply` is its answer to the text of a mail, `reply_to` its answers to recipients by address;
    `drop_after_data` and `drop_at_quit`: hang up there; `delay`: seconds that a mail takes.
    """

    reply = "250 OK"
    drop_after_data = drop_at_quit = False
    delay = 0.0

    def __init__(self):
        self.mails: list[EmailMessage] = []
        self.reply_to: dict[str, str] = {}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.start()

    def start(self):
        """Listen, on the same port as ever."""
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self):
        """Listen no more."""
        self._controller.stop(no_assert=True)

    def to(self, address) -> list[EmailMessage]:
        """Return the mails for one address."""
        return [mail for mail in self.mails if mail.envelope.rcpt_tos == [address]]

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Take or refuse a recipient."""
        reply = self.reply_to.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server, session, envelope):
        """Take or refuse a mail."""
        if self.reply.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.SMTP))
            self.mails[-1].envelope = envelope
        await asyncio.sleep(self.delay)
        if self.drop_after_data:
            server.transport.abort()
        return self.reply

    async def handle_QUIT(self, server, session, envelope):
        """Say goodbye, or do not."""
        if self.drop_at_quit:
            server.transport.abort()
        return "221 Bye"
