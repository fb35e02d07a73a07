"""Sessions and tokens that nobody was given let nobody in (OWASP ASVS 5.0, 6.2.8, 7.3, 9.1, 9.2)."""

import base64
import json
import jwt
import pytest
import time
import transaction
from conftest import PASSWORD
from plone import api
from plone.session import tktauth


FOREIGN_KEY = "k" * 64


def as_json(text):
    """Return JSON as a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(text).encode()).rstrip(b"=").decode()


@pytest.fixture
def token(rest):
    """Anna's token."""
    answer = rest().post("@login", json={"login": "anna@example.org", "password": PASSWORD})
    return answer.json()["token"]


@pytest.fixture
def asks(rest):
    """A function: token → status of what it is asked with."""
    return lambda token: (
        rest().get("@inbox", headers={"Authorization": f"Bearer {token}"}).status_code
    )


def test_a_forged_token(live, token, asks):
    """ASVS 9.1.1–9.1.3: another key, also one that the token brings along; no signature; another person."""
    assert asks(token) == 200
    head, payload, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    thomas = claims | {"sub": live.people["thomas"]}
    oct_ = {"kty": "oct", "k": base64.urlsafe_b64encode(FOREIGN_KEY.encode()).decode()}
    forged = [
        jwt.encode(claims, FOREIGN_KEY, algorithm="HS256"),
        jwt.encode(claims, FOREIGN_KEY, algorithm="HS256", headers={"jwk": oct_}),
        jwt.encode(claims, FOREIGN_KEY, algorithm="HS512"),
        jwt.encode(claims, "", algorithm="none"),
        f"{as_json({'alg': 'None', 'typ': 'JWT'})}.{payload}.",
        f"{head}.{payload}.",
        f"{head}.{as_json(thomas)}.{signature}",
    ]
    assert [asks(one) for one in forged] == [401] * len(forged)


def test_a_token_ends_after_twelve_hours(live, asks):
    """ASVS 9.2.1: signed and kept as the server's own, and refused a second after its time."""
    users = api.portal.get_tool("acl_users")
    assert users.jwt_auth.token_timeout == 12 * 60 * 60
    ended, valid = (users.jwt_auth.create_token(live.people["anna"], timeout=t) for t in (-1, 60))
    transaction.commit()
    assert [asks(ended), asks(valid)] == [401, 200]


def test_a_token_is_not_renewed(live, rest):
    """ASVS 7.3.2: a session ends for good, whoever has it."""
    for login in ("anna@example.org", "handler", "boss"):
        token = rest().post("@login", json={"login": login, "password": PASSWORD}).json()["token"]
        renewed = rest().post("@login-renew", headers={"Authorization": f"Bearer {token}"})
        assert renewed.status_code in (403, 404), login
        assert "token" not in renewed.json(), login


def test_two_log_ins_at_once(live, rest, asks):
    """Two tokens of one second are two, and one is logged out without the other."""
    body = {"login": "anna@example.org", "password": PASSWORD}
    first, other = (rest().post("@login", json=body).json()["token"] for _n in range(2))
    assert first != other
    out = rest().post("@logout", headers={"Authorization": f"Bearer {first}"})
    assert (out.status_code, asks(first), asks(other)) == (204, 401, 200)


def test_a_browsers_session_ends_after_two_hours(live, rest):
    """ASVS 7.3.1, 7.3.2: from the log-in on, used or not: nothing gives a new cookie meanwhile."""
    users = api.portal.get_tool("acl_users")
    for name, path in (("anna", "@inbox"), ("handler", "@matters")):
        user_id = live.people[name]
        secret = users.session._getSigningSecret(user_id)
        transaction.commit()
        for age, status in ((2 * 60 * 60 + 1, 401), (2 * 60 * 60 - 60, 200)):
            made = tktauth.createTicket(secret, user_id, timestamp=int(time.time()) - age)
            client = rest()
            client.cookies["__ac"] = base64.b64encode(made).decode()
            answer = client.get(path)
            assert answer.status_code == status, (name, age)
            assert "__ac=" not in str(answer.headers), (name, age)


@pytest.mark.parametrize(
    "change", [str.upper, str.strip, lambda p: p[:-1], lambda p: p + " ", lambda p: p[:8]]
)
def test_a_password_is_taken_as_it_is(change, live, rest):
    """ASVS 6.2.8: neither capitals nor blanks nor what comes late are overlooked."""
    chosen = f" {PASSWORD} ä "
    api.portal.get_tool("acl_users").userSetPassword(live.people["anna"], chosen)
    transaction.commit()
    body = {"login": "anna@example.org", "password": change(chosen)}
    assert rest().post("@login", json=body).status_code == 401
    assert rest().post("@login", json=body | {"password": chosen}).status_code == 200
