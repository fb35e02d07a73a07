"""What staff have typed outlives the end of their session."""

import transaction
from collective.clientportal.domain import sessions


def test_what_was_typed_stays(live, open_browser):
    """Issue 4: bad input, or none that is allowed any more, loses nothing."""
    page = open_browser("handler", language="en")
    page.goto(live.matter.absolute_url() + "/@@overview")
    page.fill("#cps-text", "A long note")
    sessions.end(live.people["handler"])
    transaction.commit()
    page.click("#cps-save-activity")
    page.wait_for_selector(".cps-expired")
    assert "not logged in any more" in page.inner_text(".cps-expired")
    assert page.input_value("#cps-text") == "A long note"
    with page.context.expect_page() as opened:
        page.click(".cps-expired a")
    login = opened.value
    login.fill("#__ac_name", live.login("handler"))
    login.fill("#__ac_password", "correct horse battery")
    login.click("[name='buttons.login']")
    login.wait_for_url("**/@@matters")
    page.click("#cps-save-activity")
    page.wait_for_selector(".statusmessage-success")
