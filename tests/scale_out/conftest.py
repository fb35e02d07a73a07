"""The demo firm on a real PostgreSQL: two Zope clients, a sender and nginx in front, for all tests here."""

import os
import pytest
import requests
import shutil
import tempfile
from cluster import Cluster
from mail_server import MailServer
from pathlib import Path
from postgres import CARELESS
from processes import free_port


PASSWORD = "mandantenportal"
ADDRESSES = {"anna": "anna.berger@mail.example", "meyer": "meyer@kanzlei-meyer.example"}


class Person(requests.Session):
    """Somebody's REST client; paths are relative to the site of the Zope client that is asked."""

    def __init__(self, token=None):
        super().__init__()
        self.headers["Accept"] = "application/json"
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method, url, *args, **kwargs):
        """Send a request."""
        kwargs.setdefault("allow_redirects", False)
        kwargs.setdefault("timeout", 60)
        return super().request(method, url, *args, **kwargs)


@pytest.fixture(scope="session")
def mails():
    """A real SMTP server."""
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def cluster(mails):
    """The whole cluster, running; `sites`: the addresses of the site at each Zope client."""
    folder = Path(tempfile.mkdtemp(prefix="clientportal-cluster-"))
    folder.chmod(0o755)  # PostgreSQL runs as another user than root
    # Coverage and xdist leave nothing of theirs to the servers.
    cluster = Cluster(folder, free_port(), clients=2, settings=CARELESS)
    for name in [name for name in os.environ if name.startswith(("PYTEST", "COV"))]:
        cluster.env.pop(name, None)
    cluster.sites = [f"http://127.0.0.1:{port}/Plone" for port in cluster.ports]
    try:
        cluster.make()
        cluster.start()
        answer = requests.patch(
            f"{cluster.sites[0]}/++api++/@controlpanels/mail",
            json={"smtp_host": "127.0.0.1", "smtp_port": mails.port},
            auth=("admin", "admin"),
            headers={"Accept": "application/json"},
            timeout=60,
        )
        assert answer.status_code == 204, answer.text
        yield cluster
    finally:
        cluster.stop()
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def log_in(cluster):
    """A function: name, number of a Zope client → a person with a token from there."""

    def log_in_(name, at=0):
        answer = Person().post(
            f"{cluster.sites[at]}/++api++/@login",
            json={"login": ADDRESSES[name], "password": PASSWORD},
        )
        assert answer.status_code == 200, answer.text
        return Person(answer.json()["token"])

    return log_in_


@pytest.fixture(scope="session")
def thread(cluster, log_in):
    """Path, below the site, of a thread of Anna's in which a reply is awaited at first; REST."""
    item = log_in("anna").get(f"{cluster.sites[0]}/++api++/@inbox").json()["items"][0]
    return item["@id"].rpartition("/Plone/")[2].removeprefix("++api++/")
