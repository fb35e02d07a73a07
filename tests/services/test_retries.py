"""Requests that are done again after a conflict (issue 5, point 3)."""

import pytest
import time
from collective.clientportal.services.messages import MessagesPost
from collective.clientportal.subscribers import retries
from ZODB.POSException import ConflictError


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that somebody waited, in order; nobody really waits."""
    seconds = []
    monkeypatch.setattr(time, "sleep", seconds.append)
    return seconds


def test_a_request_is_done_again_soon(live, rest, send, monkeypatch):
    """Nine conflicts in a row cost the sender half a second; Zope's own pauses took up to nine minutes."""
    thread = send()
    tries = []
    reply = MessagesPost.reply

    def collide(service):
        answer = reply(service)
        tries.append(time.monotonic())
        if len(tries) < 10:
            raise ConflictError
        return answer

    monkeypatch.setattr(MessagesPost, "reply", collide)
    url = f"{thread.absolute_url()}/@messages"
    answer = rest("anna").post(url, json={"text": "Gerne."}, timeout=30)
    assert answer.status_code == 201, answer.text
    assert len(tries) == 10
    assert [message.text for message in thread.messages.values()][1:] == ["Gerne."]


def test_each_pause_is_longer_and_none_is_long(pauses):
    """And hardly two are the same: those who ran into each other do not do so again."""
    for _round in range(100):
        for count in range(10):
            retries.wait(count)
    first, last = pauses[::10], pauses[9::10]
    assert max(first) <= 0.01 < max(last) <= 0.2
    assert len(set(pauses)) > 900
    assert sum(pauses) / 100 < 1
