"""Sessions end: cookie and token are worth nothing with the next request (issue 4, point 4; T10).

REVOCATIONS=10000 in the environment makes it that many, in a quarter of an hour.
"""

import os
import transaction
from collective.clientportal.domain import accounts
from collective.clientportal.domain import deactivation
from collective.clientportal.domain import participants
from collective.clientportal.domain import sessions
from conftest import PASSWORD


COUNT = int(os.environ.get("REVOCATIONS", "1000"))


def test_revocations(live, wsgi):
    """Password changed, logged out everywhere, deactivated, taken off the last matter, in turn."""
    anna = live.people["anna"]

    def change_password():
        accounts.change_password(anna, PASSWORD)

    def log_out():
        sessions.end(anna)

    def deactivate():
        with live.as_user("boss"):
            deactivation.deactivate(anna)

    def remove():
        with live.as_user("handler"):
            participants.remove(live.matter, anna)

    def invite_again():
        with live.as_user("handler"):
            participants.invite(live.matter, "anna@example.org")

    def reactivate():
        with live.as_user("boss"):
            deactivation.reactivate(anna)

    ways = [
        (change_password, None),
        (log_out, None),
        (deactivate, reactivate),
        (remove, invite_again),
    ]
    form = {"__ac_name": "anna@example.org", "__ac_password": PASSWORD, "buttons.login": "1"}
    body = {"login": "anna@example.org", "password": PASSWORD}
    later = 0
    for number in range(COUNT):
        end, undo = ways[number % len(ways)]
        cookie = {"cookie": wsgi("POST", "login", form=form).cookies}
        token = {"authorization": f"Bearer {wsgi('POST', '@login', body=body).json()['token']}"}
        for session in (cookie, token):
            assert wsgi("GET", "@inbox", **session).status == 200
        end()
        transaction.commit()
        for session in (cookie, token):
            later += wsgi("GET", "@inbox", **session).status != 401
        if undo:
            undo()
            transaction.commit()
            for session in (cookie, token):
                later += wsgi("GET", "@inbox", **session).status != 401
    print(f"\n{COUNT} revocations, {later} later successes")
    assert later == 0
