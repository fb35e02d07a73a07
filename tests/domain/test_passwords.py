"""Which passwords may be chosen (issue 4, point 4)."""

import pytest
from collective.clientportal.domain import passwords
from plone import api


GOOD = [
    "correct horse battery",
    "Vier Katzen tanzen",
    "xK9#mQ2$vL7!",
    "passwort ist hier keins",
    "ein 12 zeichen",
    "你好世界这是我的密码吗对",
]
BAD = [
    "",
    "elf zeichen",
    "passwort1234",
    "Password2026!",
    "Passwort-2026",
    "123456789012",
    "098765432109",
    "abcdefghijklm",
    "aaaaaaaaaaaa",
    "ababababababab",
    "111111111111",
    "qwertzuiop123",
    "iloveyou12345",
    "kanzlei123456",
    "anna.berger.2026",
    "Anna Berger 1980",
    "anna@example.org",
    "x1" * 150,
]


@pytest.mark.parametrize("password", GOOD)
def test_good(password):
    """Length is what counts, and nobody must mix signs (ASVS 6.2)."""
    passwords.check_rules(password, "anna.berger@example.org", "Anna Berger")


@pytest.mark.parametrize("password", BAD)
def test_bad(password):
    """Too short, the most common ones, runs, one's own name."""
    with pytest.raises(passwords.BadPassword):
        passwords.check_rules(
            password, "anna@example.org", "anna.berger@example.org", "Anna Berger"
        )


def test_plones_own_forms_ask_the_same(firm):
    """A password that is set by one of Plone's forms meets the same rules."""
    tool = api.portal.get_tool("portal_registration")
    assert "12" in tool.testPasswordValidity("elf zeichen")
    assert tool.testPasswordValidity("correct horse battery") is None


def test_owner(firm):
    """One person's password is nobody else's; names are compared without regard to capitals."""
    right = "correct horse battery"
    assert passwords.owner("Anna@Example.org", right) == firm.people["anna"]
    assert passwords.owner("anna@example.org", f"{right} ") is None
    assert passwords.owner(firm.people["anna"], right) is None
    assert passwords.owner("nobody@example.org", right) is None
    assert passwords.owner("", "") is None
