"""Mails about messages, delivered to a real server."""

from collective.clientportal.domain import messages


def test_a_message_is_told_at_once_in_words_of_its_own(live, smtp, work):
    """A19, A23, B1, B2, B4, B24: with the next round, without documents; nothing of it in the mail."""
    with live.as_user("handler"):
        draft = messages.Draft("Der Termin ist verlegt: GEHEIM.")
        thread, _message = messages.send(
            live.matter, draft, "reply", [live.people["anna"]], title="Termin"
        )
    work()
    [mail] = smtp.to("anna@example.org")
    text = mail.get_content()
    assert f"https://portal.example/matters/{live.matter.getId()}/{thread.getId()}/@@portal" in text
    for secret in ("GEHEIM", "Termin", "24/0113", "Scheidung", "Mandantin"):
        assert secret not in mail.as_string()
        assert secret not in text
    live.release(live.add())
    work()
    [first, documents] = smtp.to("anna@example.org")
    assert first["Subject"] != documents["Subject"]
    assert documents.get_content() != text


def test_an_answer_is_told_to_the_team(live, smtp, work):
    """B5, B42: and not to the other party."""
    with live.as_user("handler"):
        people = [live.people["anna"], live.people["thomas"]]
        thread, _message = messages.send(live.matter, messages.Draft("Text"), "reply", people)
    work()
    smtp.mails.clear()
    with live.as_user("anna"):
        messages.reply(thread, messages.Draft("GEHEIM"))
    work()
    told = sorted(mail.envelope.rcpt_tos[0] for mail in smtp.mails)
    assert told == ["assistant@firm.example", "handler@firm.example"]
    assert all("GEHEIM" not in mail.as_string() for mail in smtp.mails)
