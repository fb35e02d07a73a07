"""What several tests of the services do first."""

import pytest


@pytest.fixture
def send_by_rest(live, rest):
    """A function: send from the handler; returns the address of the thread."""

    def send_(text="Bitte antworten.", expects="reply", to=("anna",), **more):
        body = {
            "text": text,
            "expects": expects,
            "recipients": [live.people[n] for n in to],
            **more,
        }
        matter = live.matter.absolute_url()
        response = rest("handler").post(f"{matter}/@send", json=body)
        assert response.status_code == 201, response.text
        return f"{matter}/{response.json()['thread']}"

    return send_
