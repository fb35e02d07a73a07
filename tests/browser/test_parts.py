"""Large files of clients, sent in parts by a real browser over a connection that breaks."""

import contextlib
import pytest
import socket
import threading
import transaction
from collective.clientportal.domain import journal
from hashlib import sha256
from playwright.sync_api import expect


MEGABYTE = 1024 * 1024
# No two parts of it are alike.
LARGE = b"%PDF-1.4 " + b"".join(b"%015d\n" % n for n in range(7 * MEGABYTE // 16))


class Cut:
    """A proxy on loopback that breaks every connection after so many bytes from the browser."""

    def __init__(self, port):
        self.to = port
        self.left = None  # bytes; None: no end
        self.cuts = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self):
        """Listen no more."""
        self.listening.close()

    def _serve(self):
        while True:
            try:
                near, _address = self.listening.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.to))
            for pair in ((near, far, True), (far, near, False)):
                threading.Thread(target=self._pass, args=pair, daemon=True).start()

    def _pass(self, source, target, is_from_browser):
        try:
            while data := source.recv(65536):
                if is_from_browser and self.left is not None:
                    if self.left < len(data):
                        self.cuts += 1
                        break
                    self.left -= len(data)
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def cut(live):
    """A proxy in front of the server, and a browser's way to it."""
    port = int(live.portal.absolute_url().split(":")[2].split("/")[0])
    proxy = Cut(port)
    yield proxy
    proxy.stop()


def choose(page, live, data=LARGE, name="Bauplan.pdf", proxy=None):
    """Open the folder's page and choose a file."""
    address = f"{live.annas.absolute_url()}/@@portal"
    page.goto(address.replace(f":{proxy.to}/", f":{proxy.port}/") if proxy else address)
    file = {"name": name, "mimeType": "application/pdf", "buffer": data}
    page.set_input_files("#upload-files", file)
    return page.locator("form.cp-upload")


def assert_there_once(live, *names, data=LARGE):
    """Check that files have arrived whole, in one act."""
    transaction.begin()
    documents = live.annas.objectValues()
    assert sorted(document.file.filename for document in documents) == sorted(names)
    for document in documents:
        if document.file.getSize() > MEGABYTE:
            assert (
                document.sha256
                == sha256(data).hexdigest()
                == sha256(document.file.data).hexdigest()
            )
    told = [entry for entry in journal.entries(live.matter) if entry.event == "documents_received"]
    assert [len(entry.files) for entry in told] == [len(names)]


def test_a_large_file_goes_in_parts(live, open_browser):
    """Issue 5, point 2: with what is chosen besides, in one act; how far it is stands there in words."""
    page, asked = open_browser("anna"), []
    page.on("request", lambda request: asked.append((request.method, request.url)))
    form = choose(page, live)
    small = {"name": "klein.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 klein"}
    page.set_input_files("#upload-files", small)
    words = form.locator("[role=status]")
    page.evaluate(
        """() => {
          window.said = [];
          const status = document.querySelector("form.cp-upload [role=status]");
          new MutationObserver(() => sessionStorage.setItem("said",
            (sessionStorage.getItem("said") || "") + "|" + status.textContent)).observe(
              status, { childList: true, characterData: true, subtree: true });
        }"""
    )
    expect(words).to_have_text("Chosen: 2 (7 MB)")
    form.locator("[type=submit]").click()
    page.wait_for_url("**/@@upload?receipt=*")
    assert page.locator(".cp-received strong").all_inner_texts() == ["Bauplan.pdf", "klein.pdf"]
    assert_there_once(live, "Bauplan.pdf", "klein.pdf")
    assert len([url for method, url in asked if method == "PATCH"]) == 5
    said = page.evaluate("sessionStorage.getItem('said')")
    assert "Sending: 20 %" in said
    assert "Everything has arrived" in said


def test_it_goes_on_by_itself_after_a_lost_connection(live, open_browser, cut):
    """Issue 5, point 2: twice in the middle of a part, and nothing is sent twice that was there."""
    page, sizes = open_browser("anna"), []
    page.on(
        "requestfinished",
        lambda request: (
            request.method == "PATCH" and sizes.append(request.headers["upload-offset"])
        ),
    )
    form = choose(page, live, proxy=cut)
    cut.left = 3 * MEGABYTE
    form.locator("[type=submit]").click()
    words = form.locator("[role=status]")
    expect(words).to_have_text("The connection is interrupted; it goes on by itself in a moment.")
    assert cut.cuts
    cut.left = 2 * MEGABYTE
    page.wait_for_timeout(2500)
    cut.left = None
    page.wait_for_url("**/@@upload?receipt=*", timeout=40_000)
    assert_there_once(live, "Bauplan.pdf")
    assert len(sizes) == len(set(sizes)) == 4


def test_it_goes_on_while_offline_and_for_the_last_answer(live, open_browser):
    """Issue 5, point 2: also where the answer to the form itself was lost: it is stored once."""
    page = open_browser("anna")
    form, posts = choose(page, live), []

    def lose(route):
        if len(posts) == 2:
            route.continue_()
        else:
            posts.append(route.fetch(max_redirects=0).status)
            route.abort()

    page.route("**/@@upload", lose)
    page.context.set_offline(True)
    form.locator("[type=submit]").click()
    words = form.locator("[role=status]")
    expect(words).to_have_text("The connection is interrupted; it goes on by itself in a moment.")
    page.context.set_offline(False)
    page.wait_for_url("**/@@upload?receipt=*", timeout=40_000)
    assert posts == [302, 302]
    assert_there_once(live, "Bauplan.pdf")


def test_it_goes_on_after_a_reload(live, open_browser, tmp_path):
    """Issue 5, point 2: the same file chosen again: what is there already is not sent again."""
    path = tmp_path / "Bauplan.pdf"
    path.write_bytes(LARGE)
    page, offsets = open_browser("anna"), []
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{live.annas.absolute_url()}/@@portal")
    page.set_input_files("#upload-files", path)

    def first_only(route):
        offsets.append(0)
        if len(offsets) == 1:
            route.continue_()
        else:
            route.abort()

    page.route("**/@uploads/*", first_only)
    page.locator("form.cp-upload [type=submit]").click()
    # Only the first part is let through.
    expect(page.locator("form.cp-upload [role=status]")).to_contain_text("interrupted")
    page.unroute("**/@uploads/*")
    page.reload()
    offsets.clear()
    page.on(
        "request",
        lambda r: r.method == "PATCH" and offsets.append(int(r.headers["upload-offset"])),
    )
    page.set_input_files("#upload-files", path)
    page.locator("form.cp-upload [type=submit]").click()
    page.wait_for_url("**/@@upload?receipt=*")
    assert offsets[0] == 2 * MEGABYTE
    assert_there_once(live, "Bauplan.pdf")


def test_refusals_stand_on_the_page(live, open_browser):
    """Issue 5, point 2: of the parts and of the form, in words; and cancelling ends it."""
    page = open_browser("anna")
    form = choose(page, live, name="Bauplan.exe")
    form.locator("[type=submit]").click()
    problem = form.locator("[role=alert]")
    expect(problem).to_contain_text("Bauplan.exe")
    form = choose(page, live, data=b"GIF89a" + LARGE)
    form.locator("[type=submit]").click()
    expect(problem).to_contain_text("“Bauplan.pdf”")
    form = choose(page, live)
    page.context.set_offline(True)
    form.locator("[type=submit]").click()
    form.get_by_text("Cancel").click()
    expect(problem).to_have_text("Cancelled. Nothing was sent.")
    page.context.set_offline(False)
    page.context.clear_cookies()
    form.locator("[type=submit]").click()
    expect(problem.locator("a")).to_have_text("Log in in a new window")
    transaction.begin()
    assert list(live.annas.objectIds()) == []
