"""Hostile subjects, names and addresses: whom mails reach, and what stands in them."""

import email
import pytest
import re
import transaction
from collective.clientportal import worker
from collective.clientportal.domain import accounts
from collective.clientportal.domain import folders
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import sharing
from collective.clientportal.domain.errors import Refused
from contextlib import suppress
from email import policy
from email.header import decode_header
from email.header import make_header
from plone import api
from zope.schema import ValidationError


EVIL = "evil@attacker.example"
BREAKS = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x85",
    "\u2028",
    "\u2029",
    "\r\n ",
    "\n\t",
    "%0d%0a",
]
INJECTED = [
    f"Bcc: {EVIL}",
    f"To: {EVIL}",
    "Subject: other",
    "X-Evil: 1",
    f"\r\n.\r\nMAIL FROM:<{EVIL}>\r\nRCPT TO:<{EVIL}>\r\nDATA\r\nX",
]
# Each is a subject, a name of a client, of the firm and of a document, and a text.
HOSTILE = [
    *(f"Berger{end}{header}" for end in BREAKS for header in INJECTED),
    f"=?utf-8?q?Berger=0d=0aBcc:_{EVIL}?=",
    "=?utf-8?B?DQpCY2M6IGV2aWxAYXR0YWNrZXIuZXhhbXBsZQ==?=",
    f"=?iso-8859-1?q?a?= =?utf-8?q?=0aBcc:{EVIL}?=",
    f"=?utf-7?q?+AA0ACg-Bcc:{EVIL}?=",
    "=?=?utf-8?q?x?=",
    f'Anna" <{EVIL}>, "Berger',
    f"Anna <{EVIL}>",
    f"Anna, {EVIL}",
    f"Anna; {EVIL}",
    f"undisclosed: {EVIL};",
    f"Anna (<{EVIL}>",
    "Anna\\",
    'Anna"',
    "<>",
    "(",
    ":;,@",
    "Anna\u202eregreB",
    "A\u200bn\u2066na\ufeff",
    "Anna\ud800Berger",
    "\udcff\udc0d\udc0a",
    "📷👩‍👩‍👧 Berger",
    "Müller-Lüdenscheidt & Söhne",
    "律师事务所",
    "שלום",
    "e\u0301" * 60,
    "x" * 5000,
    "ü" * 3000,
    "a b " * 400,
    "\t tab \t",
    "${link}${evil}",
    "%s%n{0}",
    "<script>alert(1)</script>",
    ".",
    "..\r\n.",
    "From Anna",
    "--==boundary==",
]
ADDRESSES = [
    *(f"berta{end}Bcc:{EVIL}@example.org" for end in BREAKS),
    *(f"berta@example.org{end}{header}" for end in BREAKS for header in INJECTED[:2]),
    *(f"berta{end}@example.org" for end in BREAKS),
    f"berta@example.org,{EVIL}",
    f"berta@example.org;{EVIL}",
    f"berta@example.org {EVIL}",
    f"<{EVIL}>berta@example.org",
    f"berta@example.org<{EVIL}>",
    f'"{EVIL}"@example.org',
    f'"berta\r\nBcc: {EVIL}"@example.org',
    f"{EVIL}@example.org",
    "attacker.example!evil@example.org",
    "evil%attacker.example@example.org",
    f"berta({EVIL})@example.org",
    "berta@[127.0.0.1]",
    "berta@example.org:25",
    "@attacker.example:berta@example.org",
    "berta@müller.example",
    "bärta@example.org",
    "berta@example.org\u200b",
    "be\u202erta@example.org",
    "BERTA+Tag@EXAMPLE.ORG",
    "o'brien@example.org",
    "a@b",
    "a@b..c",
    "@",
    "",
    "=?utf-8?q?a?=@example.org",
    "berta@example.org\\",
    "berta\ud800@example.org",
    "x" * 65 + "@example.org",
    "berta@" + "x" * 250 + ".org",
    "|id@example.org",
    "-oQ/tmp@example.org",
    ".berta@example.org",
    "berta.@example.org",
]
SECRETS = ("GEHEIMAKTE", "99/4711-Q", "SELBSTANZEIGE", "NUMMERNKONTO", "KRONZEUGE", "GEHEIMORDNER")
HEADERS = {
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "x-auto-response-suppress",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "content-language",
}


@pytest.fixture
def matter(live):
    """A matter in which every word is a secret, with one document."""
    with live.as_user("handler"):
        matter = matters.create(live.portal["matters"], SECRETS[0], SECRETS[1], ["handler"])
        matters.switch_portal(matter, True)
    return matter


def invite(matter, address, name="", party=SECRETS[4]):
    """Invite somebody; return their address, or None where the domain refuses."""
    transaction.commit()
    try:
        participants.invite(matter, address, name, party)
    except Refused:
        transaction.abort()
        return None
    return accounts.normalise(address)


def two_readings(raw):
    """Return the headers, decoded, and the text of a mail as two parsers see them."""
    new = email.message_from_bytes(raw, policy=policy.default)
    old = email.message_from_bytes(raw, policy=policy.compat32)
    assert not new.defects
    for message in (new, old):
        assert not message.is_multipart()
        names = [name.lower() for name in message.keys()]  # noqa: SIM118 (each time it occurs)
        assert sorted(names) == sorted(HEADERS)
    for name in HEADERS:
        assert not new[name].defects, (name, new[name].defects)
    decoded = {name: str(make_header(decode_header(old[name]))) for name in HEADERS}
    text = old.get_payload(decode=True).decode("utf-8")
    assert new.get_content().replace("\r\n", "\n") == text.replace("\r\n", "\n")
    return new, decoded, text


def check(mails, intended):
    """Check that mails reach whom they are meant for, and tell nobody anything."""
    assert sorted(mail.envelope.rcpt_tos for mail in mails) == sorted([one] for one in intended)
    for mail in mails:
        raw = mail.envelope.content
        new, decoded, text = two_readings(raw)
        assert [one.addr_spec for one in new["To"].addresses] == mail.envelope.rcpt_tos
        assert [one.addr_spec for one in new["From"].addresses] == ["office@firm.example"]
        assert mail.envelope.mail_from == "office@firm.example"
        head, _end, _body = raw.partition(b"\r\n\r\n")
        lines = head.split(b"\r\n")
        assert not any(b"\r" in line or b"\n" in line or b"\0" in line for line in lines)
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998
        own = {line.split(b":")[0].decode().lower() for line in lines if line[:1] not in b" \t"}
        assert own == HEADERS
        for value in decoded.values():
            assert not re.search(r"[\r\n\0]", re.sub(r"\r\n[ \t]", " ", value))
        shown = "\n".join([raw.decode("latin-1"), *decoded.values(), *map(str, new.values()), text])
        assert not [secret for secret in SECRETS if secret.casefold() in shown.casefold()]


def test_hostile_names_and_addresses(live, smtp, work, matter):
    """Issue 4, point 6: whoever is invited under whatever name and address gets the one mail, nobody else."""
    with live.as_user("handler"):
        named = [invite(matter, f"n{i}@example.org", name) for i, name in enumerate(HOSTILE)]
        taken = [invite(matter, address) for address in ADDRESSES]
    intended = sorted({*filter(None, named), *filter(None, taken)})
    assert None not in named
    assert [address for address in taken if address and EVIL in address] == []
    while registers.registers().fresh:
        work(worker.send)
    check(smtp.mails, intended)
    # Cancelled: those of the cast, who have a password.
    states = {entry.state for entry in registers.registers().outbox.values()}
    assert states == {"sent", "cancelled"}


def test_hostile_subjects(live, smtp, work, matter):
    """Issue 4, point 6: whatever the firm and its mails are called, and whatever is written and released."""
    with live.as_user("handler"):
        reader = participants.invite(matter, "carla@example.org", "Carla").id
        folder = folders.create(matter, SECRETS[5], [reader])
        original = live.add(f"{SECRETS[2]}.pdf", matter=matter)
    work(worker.send)
    smtp.mails.clear()
    sent = 0
    for number, hostile in enumerate(HOSTILE):
        with api.env.adopt_user(username="boss"):
            for event in (notice_texts.MESSAGE, notice_texts.DOCUMENTS):
                with suppress(Refused):
                    notice_texts.change(event, "en", hostile, f"{hostile}\n${{link}}")
        with suppress(ValidationError):  # a line cannot hold an end of line
            api.portal.set_registry_record("collective.clientportal.firm_name", hostile)
        with live.as_user("handler"):
            draft = messages.Draft(f"{SECRETS[3]} {hostile}".replace("${", "$"))
            messages.send(matter, draft, "reply", [reader], title=f"{SECRETS[0]} {hostile}"[:80])
            document = live.add(f"{SECRETS[2]} {hostile[:60]} {number}.pdf", matter=matter)
            document.title = f"{SECRETS[2]} {hostile}"
            sharing.release(matter, [document.UID()], folder.UID())
        work(worker.send)
        sent += 2
    check(smtp.mails, ["carla@example.org"] * sent)
    assert original.UID()


def test_the_corpus_is_large():
    """T8: at least 300 hostile subjects, names and addresses; each hostile text is all three of the first."""
    assert 3 * len(HOSTILE) + len(ADDRESSES) >= 300
    assert len({*HOSTILE}) == len(HOSTILE)
