"""People who work while things break: each a real HTTP client that asks until it is answered."""

import base64
import random
import re
import requests
import socket
import threading
import time
from urllib.parse import urlsplit


PASSWORD = "correct horse battery"  # as in conftest, which would load all of Plone
PATIENCE = 60.0  # seconds


class Load:
    """Four people at work, each in a thread of their own, between `resume` and `pause`.

    `cut`: they lose the connection with every request, and ask again.
    """

    def __init__(self, base, ledger, seed):
        self.ledger = ledger
        self.cut = False
        self._going = threading.Event()
        self._ended = False
        self._idle = threading.Condition()
        self._busy = 0
        people = ledger.firm["people"]
        self._people = [
            Person(self, base, login, acts, random.Random(f"{seed} {login}"))
            for login, acts in (
                ("handler", (Person.send,)),
                ("assistant", (Person.release, Person.upload_in_parts)),
                ("anna@example.org", (Person.reply,)),
                ("thomas@example.org", (Person.upload, Person.read)),
            )
        ]
        assert len(people) >= len(self._people)
        for person in self._people:
            threading.Thread(target=self._run, args=(person,), daemon=True).start()

    def prepare(self):
        """Do what needs no repetition: the tokens of forms."""
        for person in self._people:
            person.prepare()

    def resume(self):
        """Let everybody work."""
        self._going.set()

    def pause(self):
        """Let everybody finish what they have begun; raise TimeoutError where that cannot be done."""
        self._going.clear()
        with self._idle:
            if not self._idle.wait_for(lambda: self._busy == 0, PATIENCE):
                raise TimeoutError("Somebody waits for an answer for ever.")

    def end(self):
        """Send everybody home."""
        self._ended = True
        self._going.set()

    def _run(self, person):
        while True:
            self._going.wait()
            with self._idle:
                if not self._going.is_set():
                    continue
                self._busy += 1
            try:
                if self._ended:
                    return
                person.act()
            except Exception as error:
                self.ledger.surprise(f"{person.login}: {type(error).__name__}: {error}")
            finally:
                with self._idle:
                    self._busy -= 1
                    self._idle.notify_all()


class Person:
    """Somebody with a client. `acts`: what they do, in turns."""

    def __init__(self, load, base, login, acts, rng):
        self.login = login
        self._load = load
        self._ledger = load.ledger
        self._firm = load.ledger.firm
        self._base = base
        self._acts = acts
        self._rng = rng
        self._token = ""
        self._seen = []
        self._session = requests.Session()
        self._session.auth = (login, PASSWORD)
        self._session.headers["Accept"] = "application/json"

    def act(self):
        """Do one thing."""
        self._rng.choice(self._acts)(self)

    def prepare(self):
        """Fetch the token that forms are sent with."""
        if Person.upload in self._acts:
            page = self._ask(
                "GET", f"{self._firm['folder']}/@@portal", headers={"Accept": "text/html"}
            )
            self._expect(page, 200)
            self._token = re.search(r'name="_authenticator"[^>]*value="([0-9a-f]+)"', page.text)[1]

    def send(self):
        """Send a message of the firm, with a file."""
        self._message(
            "send",
            f"{self._firm['matter']}/@send",
            expects="acknowledge",
            recipients=self._firm["readers"],
            thread=self._thread(),
        )

    def reply(self):
        """Answer as a client, with a file."""
        self._message("reply", f"{self._firm['matter']}/{self._thread()}/@messages")

    def read(self):
        """Open a thread; fetch what was sent and see that it is that."""
        thread = f"{self._firm['matter']}/{self._thread()}"
        self._expect(self._ask("POST", f"{thread}/@read", json={"act": "open_message"}), 204)
        answer = self._expect(self._ask("GET", f"{thread}/@messages?limit=3"), 200)
        for message in answer.json()["items"]:
            for file in message["files"]:
                fetched = self._expect(self._ask("GET", urlsplit(file["@id"]).path), 200)
                if len(fetched.content) != file["size"]:
                    self._ledger.surprise(f"{file['@id']}: {len(fetched.content)} bytes arrived")

    def upload(self):
        """Send a file by the page, as browsers do; a request that was not answered is another file then."""
        while True:
            act, name, data = self._file_act("upload")
            answer = self._once(
                "POST",
                f"{self._firm['folder']}/@@upload",
                data={"_authenticator": self._token},
                files={"files": (name, data, "text/plain")},
                headers={"Accept": "text/html"},
            )
            if answer is not None:
                self._expect(answer, 302)
                act.answer = answer.headers["Location"]
                return

    def release(self):
        """Put a document into the matter and release it."""
        uid = None
        while uid is None:
            act, name, data = self._file_act("internal")
            file = {"filename": name, "content-type": "text/plain", "encoding": "base64"}
            body = {
                "@type": "File",
                "title": act.mark,
                "file": {**file, "data": base64.b64encode(data).decode()},
            }
            answer = self._once("POST", self._firm["matter"], json=body)
            if answer is not None:
                uid = act.answer = self._expect(answer, 201).json()["UID"]
        share = self._ledger.begin("release", data, act.mark)
        body = {"documents": [uid], "folder": self._firm["folder_uid"]}
        answer = self._ask("POST", f"{self._firm['matter']}/@share", json=body)
        # The request before, which was not answered, has done it.
        if not (answer.status_code == 400 and "bereits" in answer.text):
            self._expect(answer, 201)
        share.answer = answer.text

    def upload_in_parts(self):
        """Put a document into the matter by resumable upload, and go on where it broke off."""
        while True:
            act, name, data = self._file_act("internal")
            metadata = {"filename": name, "content-type": "text/plain", "@type": "File"}
            encoded = ",".join(
                f"{key} {base64.b64encode(value.encode()).decode()}"
                for key, value in metadata.items()
            )
            tus = {"Tus-Resumable": "1.0.0"}
            begun = self._expect(
                self._ask(
                    "POST",
                    f"{self._firm['matter']}/@tus-upload",
                    headers={**tus, "Upload-Length": str(len(data)), "Upload-Metadata": encoded},
                ),
                201,
            )
            place = urlsplit(begun.headers["Location"]).path
            while True:
                head = self._ask("HEAD", place, headers=tus)
                if head.status_code == 404:
                    break  # the last part was not answered: it may be there, and is another file now
                offset = int(self._expect(head, 200).headers["Upload-Offset"])
                part = data[offset : offset + len(data) // 2]
                answer = self._once(
                    "PATCH",
                    place,
                    data=part,
                    headers={
                        **tus,
                        "Upload-Offset": str(offset),
                        "Content-Type": "application/offset+octet-stream",
                    },
                )
                if (
                    answer is not None
                    and answer.status_code == 204
                    and offset + len(part) == len(data)
                ):
                    act.answer = answer.headers["Location"]
                    return

    def _message(self, kind, path, **more):
        act, name, data = self._file_act(kind)
        file = {
            "filename": name,
            "content-type": "text/plain",
            "encoding": "base64",
            "data": base64.b64encode(data).decode(),
        }
        body = {"text": act.mark, "attachments": [file], **more}
        headers = {"Idempotency-Key": act.mark}
        if self._load.cut:
            self._ask_and_hang_up(path, body, headers)
        act.answer = self._expect(self._ask("POST", path, json=body, headers=headers), 201).json()[
            "id"
        ]

    def _file_act(self, kind):
        data = self._rng.randbytes(self._rng.choice((20, 2_000, 30_000))).hex().encode()
        act = self._ledger.begin(kind, data)
        return act, act.file[0], data

    def _thread(self):
        return self._rng.choice(self._firm["threads"])

    def _expect(self, answer, status):
        if answer.status_code != status:
            raise AssertionError(
                f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:300]}"
            )
        return answer

    def _once(self, method, path, **options):
        """Ask; None where there was no answer, or one that something is wrong with the server."""
        try:
            answer = self._session.request(
                method, f"{self._base}{path}", allow_redirects=False, timeout=PATIENCE, **options
            )
        except requests.RequestException:
            self._wait_for_server()
            return None
        if answer.status_code >= 500:
            time.sleep(0.1)
            return None
        return answer

    def _wait_for_server(self):
        """Return when somebody listens again: asking for it by HTTP would cost the server its time."""
        end = time.monotonic() + PATIENCE
        address = urlsplit(self._base)
        while time.monotonic() < end:
            time.sleep(0.1)
            with socket.socket() as probe:
                if probe.connect_ex((address.hostname, address.port)) == 0:
                    return

    def _ask(self, method, path, **options):
        """Ask the same thing until there is an answer."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self._once(method, path, **options)
            if answer is not None:
                return answer
        raise TimeoutError(f"{method} {path}: no answer")

    def _ask_and_hang_up(self, path, body, headers):
        """Send the request, and be gone before or after the answer comes."""
        request = requests.Request("POST", f"{self._base}{path}", json=body, headers=headers)
        prepared = self._session.prepare_request(request)
        address = urlsplit(self._base)
        lines = [f"POST {path} HTTP/1.1", f"Host: {address.netloc}"]
        lines += [f"{name}: {value}" for name, value in prepared.headers.items()]
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + prepared.body)
            time.sleep(self._rng.uniform(0, 0.1))
