"""Notices: from the outbox to a real mail server, whatever happens on the way (issue 2, point 8)."""

import errno
import pyotp
import pytest
import re
import transaction
from collective.clientportal import worker
from collective.clientportal.content.trees import queue
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import documents
from collective.clientportal.domain import folders
from collective.clientportal.domain import links
from collective.clientportal.domain import matters
from collective.clientportal.domain import messages
from collective.clientportal.domain import notice_texts
from collective.clientportal.domain import notices
from collective.clientportal.domain import outbox
from collective.clientportal.domain import participants
from collective.clientportal.domain import registers
from collective.clientportal.domain import second_factor
from collective.clientportal.domain import sharing
from collective.clientportal.domain.errors import NotThere
from concurrent.futures import ThreadPoolExecutor
from conftest import PDF
from datetime import timedelta
from email.utils import parsedate_to_datetime
from io import BytesIO
from itertools import islice
from plone import api
from ZODB import DB
from ZODB.FileStorage import FileStorage


ANNA = "anna@example.org"


def last():
    """Return the newest entry of the outbox."""
    entries = registers.registers().outbox
    return entries[entries.maxKey()]


def due_again(entry):
    """Let the pause before the next try, or the lease, be over."""
    outbox.schedule(entry, registers.now())


def receive(live, name="Lohn.pdf"):
    """Have Anna upload a document."""
    with live.as_user("anna"):
        upload = documents.Upload(name, "application/pdf", BytesIO(PDF))
        return sharing.receive(live.annas, [upload])


def test_one_mail_a_release(live, smtp, work):
    """A12: one mail a release, not one a file; the link leads to the documents."""
    live.release(live.add("Klage.pdf"), live.add("Anlage.pdf"))
    work()
    [mail] = smtp.mails
    assert mail.envelope.rcpt_tos == [ANNA]
    assert mail.envelope.mail_from == "office@firm.example"
    place = "/".join(live.annas.getPhysicalPath()[2:])
    assert f"https://portal.example/{place}/@@portal" in mail.get_content()
    assert (last().state, last().tries) == ("sent", 1)
    work()
    assert len(smtp.mails) == 1


def test_everybody_gets_a_mail_of_their_own(live, smtp, work):
    """C12: no recipient learns of another one."""
    live.release(live.add(), folder=live.everybodys)
    work()
    assert sorted(mail.envelope.rcpt_tos for mail in smtp.mails) == [[ANNA], ["thomas@example.org"]]
    assert "thomas" not in smtp.to(ANNA)[0].as_string().lower()


def test_each_release_is_told(live, smtp, work):
    live.release(live.add("a.pdf"))
    live.release(live.add("b.pdf"))
    work()
    assert len({mail["Message-ID"] for mail in smtp.to(ANNA)}) == 2


def test_staff_are_told_of_uploads(live, smtp, work):
    """Issue 2, point 8: the team of the matter, one mail each."""
    receive(live)
    work()
    assert sorted(mail.envelope.rcpt_tos for mail in smtp.mails) == [
        ["assistant@firm.example"],
        ["handler@firm.example"],
    ]


def test_headers(live, smtp, work):
    """C9: auto-reply headers; a date, an id, a language; plain text that any reader shows."""
    live.release(live.add())
    work()
    [mail] = smtp.mails
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert re.fullmatch(r"<clientportal-\d+@firm\.example>", mail["Message-ID"])
    assert abs(parsedate_to_datetime(mail["Date"]) - registers.now()) < timedelta(minutes=1)
    assert mail.get_content_type() == "text/plain"
    assert mail["From"].addresses[0].addr_spec == "office@firm.example"
    assert mail["To"].addresses[0].addr_spec == ANNA
    assert max(map(len, mail.as_bytes().splitlines())) < 200


def test_language_is_named(live, smtp, work):
    """C9, B43: in the person's language, and saying so."""
    live.release(live.add())
    work()
    assert smtp.mails[0]["Content-Language"] == "en"


SECRETS = {
    "title": "Steuerhinterziehung Berger",
    "reference": "99/4711-SECRET",
    "folder": "Geheimordner",
    "file": "Selbstanzeige.pdf",
    "party": "Kronzeugin",
    "message": "Nummernkonto",
}


def test_no_mail_tells_anything(live, smtp, work):
    """B1, C9: no title, reference, folder, document, part, in no header and no body of any mail."""
    with live.as_user("handler"):
        matter = matters.create(
            live.portal["matters"], SECRETS["title"], SECRETS["reference"], ["handler"]
        )
        matters.switch_portal(matter, True)
        info = participants.invite(matter, "carla@example.org", "Carla Neu", SECRETS["party"])
        folder = folders.create(matter, SECRETS["folder"])
        original = live.add(SECRETS["file"], SECRETS["message"].encode(), matter=matter)
        sharing.release(matter, [original.UID()], folder.UID())
        draft = messages.Draft(SECRETS["message"], (original.UID(),))
        thread, _message = messages.send(matter, draft, "reply", [info.id], title=SECRETS["title"])
    with api.env.adopt_user(user=api.user.get(userid=info.id)):
        messages.reply(thread, messages.Draft(SECRETS["message"]))
        sharing.receive(folder, [documents.Upload(SECRETS["file"], "a/b", BytesIO(PDF))])
    accounts.ask_for_reset("carla@example.org", "192.0.2.1")
    work()
    kinds = {entry.event for entry in registers.registers().outbox.values()}
    assert kinds == {"documents", "message", "received", "registration", "reply", "reset"}
    assert len(smtp.mails) == 6
    for mail in smtp.mails:
        text = "\n".join(
            [mail.as_string(), mail.get_content(), *map(str, mail.keys()), *map(str, mail.values())]
        )
        assert [word for word in SECRETS.values() if word.casefold() in text.casefold()] == []
        if mail.envelope.rcpt_tos == ["handler@firm.example"]:
            assert "carla" not in text.casefold()


def test_mail_server_down(live, rest, smtp, work):
    """Issue 2, point 8: the request succeeds, the notice waits, and is sent when it is up again."""
    smtp.stop()
    handler = rest("handler")
    handler.share(live.matter, [handler.upload(live.matter)], live.annas)
    work()
    entry = last()
    assert (entry.state, entry.tries) == ("waiting", 1)
    assert "refused" in entry.last_error.lower()
    assert registers.now() < outbox.next_try(entry) <= registers.now() + timedelta(minutes=1)
    smtp.start()
    work()
    assert smtp.mails == []
    due_again(entry)
    work()
    assert len(smtp.mails) == 1
    assert (last().state, last().tries, last().last_error) == ("sent", 2, "")


def test_pauses_grow_until_it_is_given_up(live, smtp, work):
    """architecture.md, decision 7: retries with back-off, for three days."""
    smtp.reply = "451 4.7.1 come back later"
    live.release(live.add())
    pauses = []
    for _ in range(6):
        work(worker.send)
        pauses.append(round((outbox.next_try(last()) - registers.now()).total_seconds() / 60))
        due_again(last())
    assert pauses == [1, 5, 15, 60, 60, 60]
    last().since = registers.now() - timedelta(hours=73)
    work(worker.send)
    assert (last().state, last().tries) == ("failed", 7)
    assert "451" in last().last_error
    work(worker.send)
    assert last().tries == 7


def test_a_clock_that_is_put_back_keeps_no_mail_waiting(live, smtp, work):
    """Issue 5, point 6: a pause that began while the clock was a day ahead is over when it is right again."""
    live.release(live.add())
    outbox.settle_failed(last(), "421 busy", registers.now() + timedelta(days=1))
    work(worker.send)
    assert last().state == "sent"


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_refused_for_good(command, live, smtp, work):
    """C10: refused for good is failed, with the server's words; the others get theirs."""
    refusal = "550 5.1.1 mailbox unavailable"
    if command == "RCPT":
        smtp.reply_to[ANNA] = refusal
    else:
        smtp.reply = refusal
    live.release(live.add(), folder=live.everybodys)
    work()
    entries = [e for e in registers.registers().outbox.values() if e.event == "documents"]
    states = {entry.recipient: entry.state for entry in entries}
    assert states[live.people["anna"]] == "failed"
    assert states[live.people["thomas"]] == ("sent" if command == "RCPT" else "failed")
    failed = next(entry for entry in entries if entry.recipient == live.people["anna"])
    assert "550" in failed.last_error
    assert "mailbox unavailable" in failed.last_error


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
def test_refused_for_now(command, live, smtp, work):
    """Greylisting: tried again, the same mail."""
    if command == "RCPT":
        smtp.reply_to[ANNA] = "451 4.7.1 greylisted"
    else:
        smtp.reply = "451 4.7.1 greylisted"
    live.release(live.add())
    work()
    assert (last().state, last().tries) == ("waiting", 1)
    assert "451" in last().last_error
    smtp.reply_to.clear()
    smtp.reply = "250 OK"
    due_again(last())
    work()
    assert len(smtp.mails) == 1
    assert last().state == "sent"


def test_same_id_when_it_is_sent_again(live, smtp, work):
    """architecture.md, decision 7: taken, but the answer got lost: the same Message-ID again."""
    smtp.drop_after_data = True
    live.release(live.add())
    work()
    assert last().state == "waiting"
    smtp.drop_after_data = False
    due_again(last())
    work()
    first, second = smtp.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert last().state == "sent"


def test_server_that_hangs_up_after_taking_the_mail(live, smtp, work):
    """architecture.md, decision 7: nothing is sent twice: the server has said 250."""
    smtp.drop_at_quit = True
    live.release(live.add())
    work()
    assert len(smtp.mails) == 1
    assert last().state == "sent"


def test_two_senders_do_not_send_twice(live, smtp, work):
    """Issue 5, point 1: two senders race through one outbox: each mail once, and both of them send."""
    smtp.delay = 0.02
    work()
    for _number in range(30):
        outbox.put("reset", live.people["anna"])
    transaction.commit()
    database = live.portal._p_jar.db()
    with ThreadPoolExecutor(2) as threads:
        for future in [threads.submit(worker.work, database, worker.send) for _sender in range(2)]:
            future.result()
    transaction.begin()
    assert len(smtp.mails) == 30
    assert len({mail["Message-ID"] for mail in smtp.mails}) == 30


def test_a_sender_that_is_to_end_sends_what_it_has_in_hand(live, smtp, work):
    """Issue 5, point 1: one mail, not all that wait; the next sender goes on."""
    work()
    entries = [outbox.put("reset", live.people["anna"]) for _number in range(5)]
    transaction.commit()
    database = live.portal._p_jar.db()
    with ThreadPoolExecutor(1) as thread:
        thread.submit(worker.work, database, worker.send, lambda: len(smtp.mails) > 0).result()
    transaction.begin()
    assert sorted(entry.state for entry in entries) == ["sent"] + 4 * ["waiting"]
    work()
    assert len(smtp.mails) == 5


def test_a_slow_mail_server_is_waited_for(live, smtp):
    """Issue 5, point 1: not hung up on and mailed again; nobody else takes the mail meanwhile."""
    assert worker.Mailer().timeout > 60
    assert timedelta(seconds=worker.TIMEOUT * worker.ANSWERS) < outbox.LEASE


@pytest.mark.parametrize("result", ["sent", "refused", "failed"])
def test_what_became_of_a_mail_is_not_forgotten(result, live, smtp, work, monkeypatch):
    """Issue 5, point 1: the disk is full when it is to be stored: tried on until it is, one mail."""
    smtp.reply = {"sent": "250 OK", "refused": "550 no", "failed": "451 later"}[result]
    settle, tries = getattr(outbox, f"settle_{result}"), []

    def disk_full(*args):
        settle(*args)
        tries.append(args)
        if len(tries) < 4:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(outbox, f"settle_{result}", disk_full)
    monkeypatch.setattr(notices, "SETTLE_PAUSE", 0)
    live.release(live.add())
    work()
    assert len(tries) == 4
    assert last().tries == 1
    assert last().state == {"sent": "sent", "refused": "failed", "failed": "waiting"}[result]
    work()
    assert len(smtp.mails) == (result == "sent")


def test_what_cannot_be_made_is_seen_and_stops_nothing(live, smtp, work, monkeypatch):
    """Issue 5, point 1: a mail that breaks down while it is made waits and is given up as any other."""
    compose = notices.compose

    def broken(entry):
        if entry.recipient == live.people["anna"]:
            raise KeyError("something that nobody thought of")
        return compose(entry)

    monkeypatch.setattr(notices, "compose", broken)
    live.release(live.add(), folder=live.everybodys)
    work()
    states = {e.recipient: e.state for e in outbox.told(live.everybodys, last().item)}
    assert states == {live.people["anna"]: "waiting", live.people["thomas"]: "sent"}


def many(live, count=3000):
    """Put many mails into the outbox that wait for a later try, and forget what was read."""
    for number in range(count):
        entry = outbox.put(("documents", "reply")[number % 2], "nobody")
        outbox.schedule(entry, registers.now() + timedelta(hours=1))
    transaction.commit()
    connection = live.portal._p_jar
    connection.cacheMinimize()
    connection.getTransferCounts(clear=True)
    return connection


def test_what_waits_for_later_costs_nothing(live, smtp, work):
    """Issue 5, point 1: due entries are found by their time, however many others there are."""
    work()
    due = outbox.put("reset", live.people["anna"])
    connection = many(live)
    assert outbox.lease(registers.now()) is due
    assert outbox.lease(registers.now()) is None
    assert connection.getTransferCounts()[0] < 40


def test_the_outbox_is_read_from_its_end(live, smtp, work):
    """Issue 5, point 1: a page of the outbox costs what it shows."""
    connection = many(live)
    with live.as_user("boss"):
        connection.getTransferCounts(clear=True)
        newest = list(islice(outbox.listing(), 10))
        assert connection.getTransferCounts()[0] < 60
        assert [int(e.id) for e in newest] == sorted((int(e.id) for e in newest), reverse=True)
        replies = list(islice(outbox.listing("waiting", "reply", before=int(newest[-1].id)), 10))
    assert {entry.event for entry in replies} == {"reply"}
    assert all(entry.id < newest[-1].id for entry in replies)


def test_the_outbox_by_state_occasion_and_time(live, smtp, work):
    """Issue 5, point 1: what a filter finds is what a look at all of them finds."""
    smtp.reply_to[ANNA] = "550 no"
    live.release(live.add(), folder=live.everybodys)
    receive(live)
    work(worker.send)
    live.release(live.add())
    everything = list(registers.registers().outbox.values())[::-1]
    middle = int(everything[2].id)
    with live.as_user("boss"):
        for state in ("", *outbox.CLOSED, outbox.WAITING, outbox.SENDING):
            for event in ("", "documents", "received", "registration"):
                for since, before in ((1, outbox.NEWEST), (middle, outbox.NEWEST), (1, middle)):
                    assert list(outbox.listing(state, event, since, before)) == [
                        entry
                        for entry in everything
                        if state in ("", entry.state)
                        and event in ("", entry.event)
                        and since <= int(entry.id) < before
                    ]
        assert [e.recipient for e in outbox.listing("failed")] == [live.people["anna"]]
    found = outbox.queue()
    assert (found.waiting, found.failed) == (1, 1)
    assert timedelta() < found.overdue < timedelta(minutes=1)


def test_tried_anew(live, smtp, work):
    """Issue 5, point 1: who has it tried again after it was given up gives it all its tries."""
    smtp.reply = "451 later"
    live.release(live.add())
    last().since = registers.now() - timedelta(hours=73)
    work()
    entry = last()
    assert entry.state == "failed"
    with live.as_user("boss"):
        outbox.retry(entry.id)
        assert entry not in outbox.listing("failed")
    work()
    assert (entry.state, entry.tries) == ("waiting", 1)
    smtp.reply = "250 OK"
    due_again(entry)
    work()
    assert entry.state == "sent"
    with live.as_user("boss"), pytest.raises(NotThere):
        outbox.retry(entry.id)


def test_somebody_acts_while_a_mail_is_being_sent(live, smtp, work, monkeypatch):
    """architecture.md, decision 7: what became of it is stored whoever else writes: one mail."""
    live.release(live.add())
    transaction.commit()
    database = live.portal._p_jar.db()
    settle, acts = outbox.settle_sent, []

    def settle_while_others_write(entry):
        settle(entry)
        if len(acts) < 3:
            # The same object is written elsewhere before this is committed.
            elsewhere = database.open(transaction.TransactionManager())
            other = elsewhere.get(entry._p_oid)
            other.last_error = f"written elsewhere {len(acts)}"
            elsewhere.transaction_manager.commit()
            elsewhere.close()
            acts.append(entry.id)

    monkeypatch.setattr(outbox, "settle_sent", settle_while_others_write)
    work()
    assert len(acts) == 3
    assert (last().state, last().tries) == ("sent", 1)
    work()
    assert len(smtp.mails) == 1


def test_a_notice_put_while_another_is_settled(tmp_path):
    """architecture.md, decision 7: the first out and a new one in, at once, do not conflict."""
    database = DB(FileStorage(str(tmp_path / "Data.fs")))
    with database.transaction() as connection:
        connection.root.queue = queue()
        connection.root.queue[5] = None
    worker_, person = (database.open(transaction.TransactionManager()) for _ in range(2))
    del worker_.root.queue[5]
    person.root.queue[7] = None
    worker_.transaction_manager.commit()
    person.transaction_manager.commit()
    with database.transaction() as connection:
        assert list(connection.root.queue.keys(1)) == [7]
    database.close()


def test_sender_that_died(live, smtp, work):
    """architecture.md, decision 7: what a dead sender held is taken up after its lease."""
    live.release(live.add())
    entry = last()
    for other in list(registers.registers().fresh.keys(1)):
        if other != int(entry.id):
            registers.registers().fresh.pop(other)
    assert outbox.lease(registers.now()) is entry
    work()
    assert smtp.mails == []
    due_again(entry)
    work()
    assert len(smtp.mails) == 1


def removed(live):
    """Take Anna off the matter."""
    participants.remove(live.matter, live.people["anna"])


def other_readers(live):
    """Give the folder to somebody else."""
    folders.change(live.annas, "Schriftsätze", [live.people["thomas"]])


def deleted(live):
    """Delete the matter."""
    with api.env.adopt_roles(["Manager"]):
        live.portal["matters"].manage_delObjects([live.matter.getId()])


@pytest.mark.parametrize("act", [removed, other_readers, deleted], ids=lambda a: a.__name__)
def test_not_due_any_more(act, live, smtp, work):
    """Issue 2, point 8: whoever may not see it any more is not told of it."""
    live.release(live.add())
    key = int(last().id)
    with live.as_user("handler"):
        act(live)
    work()
    # Those who see the folder instead are told that they do now.
    others = {"thomas@example.org"} if act is other_readers else set()
    assert {mail.envelope.rcpt_tos[0] for mail in smtp.mails} == others
    entry = registers.registers().outbox[key]
    assert entry.state == "cancelled"
    assert entry.last_error


def test_portal_off_for_a_while(live, smtp, work):
    """Decision 7: nothing is told while it is off; on again, everything is as before."""
    live.release(live.add())
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    work()
    assert smtp.mails == []
    assert (last().state, last().tries) == ("waiting", 0)
    with live.as_user("handler"):
        matters.switch_portal(live.matter, True)
    due_again(last())
    work()
    assert [mail.envelope.rcpt_tos for mail in smtp.mails] == [[ANNA]]


def test_portal_off_for_good(live, smtp, work):
    """Decision 7: it does not wait for ever."""
    live.release(live.add())
    with live.as_user("handler"):
        matters.switch_portal(live.matter, False)
    last().created = registers.now() - timedelta(hours=73)
    work()
    assert smtp.mails == []
    assert last().state == "cancelled"


def test_all_documents_ended_before_it_was_sent(live, smtp, work):
    """A12, A25: nothing is there any more, so that nothing is to be told."""
    release = live.release(live.add())
    with live.as_user("handler"):
        sharing.end(live.matter, release.id)
    work()
    assert smtp.mails == []
    assert last().state == "cancelled"


def test_staff_who_left_the_matter_are_not_told(live, smtp, work):
    receive(live)
    live.matter.assistants = []
    work()
    assert [mail.envelope.rcpt_tos for mail in smtp.mails] == [["handler@firm.example"]]


def test_without_a_base_address_nothing_leaves(live, smtp, work):
    """Issue 2, point 8: the link is never made from a request."""
    api.portal.set_registry_record("collective.clientportal.base_url", "")
    live.release(live.add())
    work()
    assert smtp.mails == []
    assert (last().state, last().tries) == ("waiting", 0)
    assert notices.held() == "not_ready_base"
    api.portal.set_registry_record("collective.clientportal.base_url", "https://new.example/x/")
    work()
    assert "https://new.example/x/matters/" in smtp.mails[0].get_content()


@pytest.fixture
def invited(live):
    """A function: address, name → id of a client who was just invited."""

    def invited_(address="carla@example.org", fullname="Carla Neu"):
        with live.as_user("handler"):
            return participants.invite(live.matter, address, fullname).id

    return invited_


def token_of(mail):
    """Return the token in the link of a mail."""
    pattern = r"https://portal\.example/@@choose-password\?token=(\S+)"
    return re.search(pattern, mail.get_content()).group(1)


def test_registration(live, smtp, work, invited):
    """B6, B25: a new person gets the notice and one registration mail; a known one the notice."""
    carla = invited()
    live.release(live.add(), folder=live.everybodys)
    work()
    events = [e.event for e in registers.registers().outbox.values() if e.recipient == carla]
    assert sorted(events) == ["documents", "registration"]
    assert len(smtp.to("carla@example.org")) == 2
    assert len(smtp.to(ANNA)) == 1
    participants.activate(token_of(smtp.to("carla@example.org")[0]), "a long enough one")


@pytest.mark.parametrize("reply", ["451 4.7.1 greylisted", "550 5.1.1 no such mailbox"])
def test_no_registration_for_whoever_was_taken_off(reply, live, smtp, work, invited):
    """B6: a clerk mistyped an address and noticed; the mail had not gone out, or was refused."""
    carla = invited()
    live.release(live.add(), folder=live.everybodys)
    smtp.reply_to["carla@example.org"] = reply
    work()
    assert smtp.to("carla@example.org") == []
    with live.as_user("handler"):
        participants.remove(live.matter, carla)
    smtp.reply_to.clear()
    entries = [e for e in registers.registers().outbox.values() if e.recipient == carla]
    for entry in entries:
        due_again(entry)
    work()
    assert smtp.to("carla@example.org") == []
    reasons = {entry.event: (entry.state, str(entry.last_error)) for entry in entries}
    assert reasons == {
        "registration": ("cancelled", "This person is not on any matter any more."),
        "documents": ("cancelled", "This person cannot see it any more."),
    }
    assert outbox.queue().failed == 0


def test_what_failed_goes_to_the_corrected_address(live, smtp, work, invited):
    """C10: the notices, too, and not the registration alone."""
    carla = invited("falsch@example.org")
    live.release(live.add(), folder=live.everybodys)
    smtp.reply_to["falsch@example.org"] = "550 5.1.1 no such mailbox"
    work()
    with live.as_user("handler"):
        assert participants.info(live.matter, carla).mail_failed
        participants.correct_address(live.matter, carla, "carla@example.org")
    work()
    assert len(smtp.to("carla@example.org")) == 2
    assert not participants.info(live.matter, carla).mail_failed
    assert outbox.queue().failed == 0


def test_registration_again(live, smtp, work, invited):
    """Issue 2, point 5: the link of the first mail is void as soon as the second is sent."""
    carla = invited()
    work()
    with live.as_user("handler"):
        participants.resend_registration(live.matter, carla)
    work()
    first, second = map(token_of, smtp.to("carla@example.org"))
    with pytest.raises(links.BadLink):
        participants.activate(first, "a long enough one")
    participants.activate(second, "a long enough one")
    with live.as_user("handler"), pytest.raises(participants.ActiveAlready):
        participants.resend_registration(live.matter, carla)


def test_registration_retried_keeps_its_link(live, smtp, work, invited):
    """A link that came through by a try that looked failed still works."""
    smtp.drop_after_data = True
    invited()
    work()
    smtp.drop_after_data = False
    due_again(last())
    work()
    first, second = smtp.to("carla@example.org")
    assert token_of(first) == token_of(second)


def test_registration_retried_after_its_link_expired(live, smtp, work, invited):
    """C10: no mail leads to a link that is void."""
    carla = invited()
    smtp.reply = "451 4.7.1 greylisted"
    work()
    smtp.reply = "250 OK"
    links.new(carla, links.INVITATION)  # makes the one of the mail void
    due_again(last())
    work()
    [mail] = smtp.to("carla@example.org")
    participants.activate(token_of(mail), "a long enough one")


def test_an_older_registration_mail_gives_way(live, smtp, work, invited):
    """C10: the address was corrected before the first mail got through: one mail, to the right one."""
    smtp.reply = "451 4.7.1 greylisted"
    carla = invited("falsch@example.org")
    work()
    smtp.reply = "250 OK"
    older = last()
    with live.as_user("handler"):
        participants.correct_address(live.matter, carla, "richtig@example.org")
    due_again(older)
    work()
    assert [mail.envelope.rcpt_tos for mail in smtp.mails] == [["richtig@example.org"]]
    assert older.state == "cancelled"


def test_asking_for_a_password_leaves_an_invitation_valid(live, smtp, work, invited):
    """C10: anybody may ask for any address; the person's link still works."""
    carla = invited()
    work()
    accounts.ask_for_reset("carla@example.org", "192.0.2.1")
    work()
    first, second = smtp.to("carla@example.org")
    assert links.owner(token_of(second)) == carla
    participants.activate(token_of(first), "a long enough one")
    # Whoever has chosen a password needs neither any more.
    assert not links.holds(token_of(second))


def test_registration_not_due_any_more(live, smtp, work, invited):
    """Decision 6: whoever has chosen a password gets no registration mail."""
    carla = invited()
    participants.activate(links.new(carla, links.INVITATION), "a long enough one")
    work()
    assert smtp.to("carla@example.org") == []
    assert last().state == "cancelled"


HOSTILE = [
    "Eve\r\nBcc: spy@else.example",
    "Eve, spy@else.example",
    "Eve <spy@else.example>",
    '"Eve" <spy@else.example>, "',
    "spy@else.example",
    "\u202eeve \u2028 Bcc: spy@else.example",
    "Änne-Sofie 📎 Müller, geb. Öz",
    "E" * 500,
    "\x00\x1b[31m",
    "=?utf-8?q?Eve=0D=0ABcc:_spy=40else.example?=",
    "Eve \ud800",
]


def test_hostile_names(live, smtp, work, invited):
    """Issue 2, point 8: reaches the one recipient, whatever a name contains."""
    for number, name in enumerate(HOSTILE):
        invited(f"eve{number}@example.org", name)
    work()
    for number, name in enumerate(HOSTILE):
        eve = registers.registers().addresses[f"eve{number}@example.org"]
        api.user.get(userid=eve).setMemberProperties({"fullname": name})
    live.release(live.add(), folder=live.everybodys)
    work()
    expected = {f"eve{number}@example.org" for number in range(len(HOSTILE))}
    recipients = [address for mail in smtp.mails for address in mail.envelope.rcpt_tos]
    assert set(recipients) == {*expected, ANNA, "thomas@example.org"}
    assert len(recipients) == 2 * len(HOSTILE) + 2
    for mail in smtp.mails:
        assert [to.addr_spec for to in mail["To"].addresses] == mail.envelope.rcpt_tos
        assert (len(mail.get_all("To")), mail["Bcc"], mail["Cc"]) == (1, None, None)
        assert mail.defects == []


@pytest.mark.parametrize("firm", ["Meyer, Krause <x@y.example>", "Käse & Söhne\tGbR", "M" * 300])
def test_hostile_firm_names(firm, live, smtp, work):
    """The firm's name stands in subject and sender."""
    live.portal.portal_registry.records["collective.clientportal.firm_name"].value = firm
    live.release(live.add())
    work()
    [mail] = smtp.mails
    assert [a.addr_spec for a in mail["From"].addresses] == ["office@firm.example"]
    assert mail.envelope.mail_from == "office@firm.example"
    assert mail["Subject"]


@pytest.mark.parametrize(
    "address", ["", "none", f"{ANNA}\r\nBcc: spy@else.example", f"{ANNA}, spy@else.example"]
)
def test_unusable_address(address, live, smtp, work):
    """One bad address: this notice fails, with the reason; the others are sent."""
    api.user.get(userid="handler").setMemberProperties({"email": address})
    receive(live)
    try:
        work()
    finally:
        transaction.begin()
    states = {e.recipient: e.state for e in registers.registers().outbox.values()}
    assert states["assistant"] == "sent"
    assert states["handler"] == "failed"
    assert [mail.envelope.rcpt_tos for mail in smtp.mails] == [["assistant@firm.example"]]


def test_failed_request_tells_nobody(live, rest, smtp, work):
    """architecture.md, decision 7: written in the same transaction as the change."""
    uids = [live.add().UID(), "0" * 32]
    body = {"documents": uids, "folder": live.annas.UID()}
    assert (
        rest("handler").post(f"{live.matter.absolute_url()}/@share", json=body).status_code == 400
    )
    work()
    assert smtp.mails == []


def told_of_changes(smtp, address):
    """Return how many mails told somebody that their log-in was changed."""
    return len([mail for mail in smtp.to(address) if "log-in" in mail["Subject"]])


def test_another_password_is_told(live, smtp, work, invited):
    """Issue 5; ASVS 6.3.7: to the person, whoever changed it; not of the first one that they choose."""
    carla = invited()
    participants.activate(links.new(carla, links.INVITATION), "a long enough one")
    work()
    assert told_of_changes(smtp, "carla@example.org") == 0
    accounts.change_password(carla, "another long enough one")
    live.portal.acl_users.userSetPassword("handler", "another long enough one")
    work()
    assert told_of_changes(smtp, "carla@example.org") == 1
    assert told_of_changes(smtp, "handler@firm.example") == 1
    [mail] = smtp.to("handler@firm.example")
    assert "https://portal.example/@@forgot-password" in mail.get_content()
    assert "token" not in mail.get_content()
    accounts.choose_password(links.new(carla, links.RESET), "yet another one of them")
    work()
    assert told_of_changes(smtp, "carla@example.org") == 2


def test_another_second_factor_is_told(live, smtp, work):
    """Issue 5; ASVS 6.3.7: switched on, and removed; not while it is only being set up."""
    anna = live.people["anna"]
    secret = second_factor.prepare(anna)
    second_factor.remove(anna)
    work()
    assert told_of_changes(smtp, ANNA) == 0
    secret = second_factor.prepare(anna)
    second_factor.confirm(anna, pyotp.TOTP(secret).now())
    work()
    assert told_of_changes(smtp, ANNA) == 1
    with live.as_user("boss"):
        deactivation.remove_second_factor(anna)
    work()
    assert told_of_changes(smtp, ANNA) == 2


def test_changes_of_a_log_in_can_be_switched_off(live, smtp, work):
    """B43: like every other event."""
    with live.as_user("boss"):
        notice_texts.switch(notice_texts.CREDENTIALS, on=False)
    accounts.change_password(live.people["anna"], "another long enough one")
    work()
    assert smtp.mails == []
    assert last().state == "cancelled"
