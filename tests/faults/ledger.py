"""What clients were told has happened, and whether the database agrees."""

import hashlib
import itertools
import secrets
import threading
from collections import Counter
from collections import defaultdict
from dataclasses import dataclass
from dataclasses import field
from typing import Any


@dataclass
class Act:
    """Something that a client asked for once, and `answer`: what it was told, or None for no answer yet.

    `kind`: "send", "reply", "upload", "internal" or "release". `mark`: its text, or the name of its file
    without the ending. `file`: (name, size, SHA-256).
    """

    kind: str
    mark: str
    file: tuple[str, int, str]
    round: int
    answer: Any = None


@dataclass
class Ledger:
    """All acts of a firm; `people`: what `jobs.found` told."""

    firm: dict
    acts: list[Act] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    round: int = 0
    _lock: Any = field(default_factory=threading.Lock)
    _digests: dict[str, str] = field(default_factory=dict)

    def begin(self, kind, data, mark=""):
        """Note that something with a file is about to be asked for; `data`: its bytes; return the act."""
        mark = mark or f"{kind}-{secrets.token_hex(8)}"
        file = (f"{mark}.txt", len(data), hashlib.sha256(data).hexdigest())
        act = Act(kind, mark, file, self.round)
        with self._lock:
            self.acts.append(act)
        return act

    def surprise(self, what):
        """Note an answer that nobody may get."""
        with self._lock:
            self.surprises.append(what)

    def acknowledged(self):
        """Return how many acts were acknowledged, by kind."""
        return Counter(act.kind for act in self.acts if act.answer is not None)

    def compare(self, found, mails):
        """Return what is wrong, in words: nothing, it is hoped.

        `found`: what `observer.everything` says, looked up after `mails` were collected.
        """
        return [
            *self.surprises,
            *(f"journal: {problem}" for problem in found["broken"]),
            *self._check_messages(found),
            *self._check_documents(found),
            *self._check_notices(found),
            *self._check_journal(found),
            *self._check_mails(found, mails),
        ]

    def _check_messages(self, found):
        stored = defaultdict(list)
        for message in found["messages"]:
            stored[message["text"]].append(message["files"])
        acts = [act for act in self.acts if act.kind in ("send", "reply")]
        yield from self._check_each(acts, stored)
        known = {act.mark for act in acts}
        for text in stored:
            if text not in known and not text.startswith("Beginn"):
                yield f"message {text}: nobody sent it"

    def _check_documents(self, found):
        documents, internal = defaultdict(list), defaultdict(list)
        for document in found["documents"]:
            documents[_mark(document)].append([document["file"]])
        for document in found["internal"]:
            internal[_mark(document)].append([document["file"]])
        acts = [act for act in self.acts if act.kind in ("upload", "release")]
        yield from self._check_each(acts, documents)
        yield from self._check_each([act for act in self.acts if act.kind == "internal"], internal)

    def _check_each(self, acts, stored):
        for act in acts:
            times = stored.get(act.mark, [])
            if len(times) > 1:
                yield f"{act.kind} {act.mark}: there {len(times)} times"
            if act.answer is not None and not times:
                yield f"{act.kind} {act.mark} (round {act.round}): acknowledged and not there"
            for files in times:
                yield from self._check_files(act, files)

    def _check_files(self, act, files):
        if [tuple(file[:3]) for file in files] != [act.file]:
            yield f"{act.kind} {act.mark}: other files than were sent: {files}"
        for name, _size, digest, path in files:
            if self._digest(path) != digest:
                yield f"{act.kind} {act.mark}: the bytes of {name} are not those that were sent"

    def _digest(self, path):
        """Return the SHA-256 of the bytes at `path`; they never change, so it is taken once."""
        if path not in self._digests:
            try:
                with open(path, "rb") as file:
                    self._digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError as error:
                return str(error)
        return self._digests[path]

    def forget_digests(self):
        """Have all bytes read again by the next comparison."""
        self._digests.clear()

    def _check_notices(self, found):
        readers, team = set(self.firm["readers"]), set(self.firm["team"])
        notices = Counter(
            (entry["event"], entry["target"], entry["item"], entry["recipient"])
            for entry in found["outbox"]
        )
        expected = Counter()
        replies = {act.mark for act in self.acts if act.kind == "reply"}
        for message in found["messages"]:
            event, people = ("reply", team) if message["text"] in replies else ("message", readers)
            for person in people:
                expected[event, message["thread"], message["id"], person] += 1
        releases = {
            (document["folder"], document["release"])
            for document in found["documents"]
            if document["release"]
        }
        for (folder, release), person in itertools.product(releases, readers):
            expected["documents", folder, release, person] += 1
        for document in found["documents"]:
            if not document["release"]:
                for person in team:
                    expected["received", document["folder"], "", person] += 1
        kinds = {"reply", "message", "documents", "received"}
        notices = Counter({key: n for key, n in notices.items() if key[0] in kinds})
        for key in (notices | expected).keys() - self._before(found):
            if notices[key] != expected[key]:
                yield f"notice {key}: {notices[key]} instead of {expected[key]}"

    def _before(self, found):
        """Return the notices about opened folders, which the founding wrote."""
        return {
            (entry["event"], entry["target"], entry["item"], entry["recipient"])
            for entry in found["outbox"]
            if entry["event"] == "documents" and not entry["item"]
        }

    def _check_journal(self, found):
        told = Counter(
            entry["message"]
            for entry in found["journal"]
            if entry["event"] in ("message_sent", "message_received")
        )
        for message in found["messages"]:
            if told[message["id"]] != 1:
                yield f"journal: message {message['id']} stands there {told[message['id']]} times"
        files = Counter(
            uid
            for entry in found["journal"]
            if entry["event"] in ("documents_released", "documents_received")
            for uid in entry["files"]
        )
        for document in found["documents"]:
            if files[document["id"]] != 1:
                yield f"journal: document {document['id']} stands there {files[document['id']]} times"

    def _check_mails(self, found, mails):
        entries = {entry["id"]: entry for entry in found["outbox"]}
        for mail in mails:
            if mail["id"] not in entries:
                yield f"mail {mail['id']}: it tells of something that is not there"


def _mark(document):
    return document["file"][0].partition(".")[0]


def repeated(mails):
    """Return (earlier copy, later copy) of each mail that came more than once."""
    copies = defaultdict(list)
    for mail in mails:
        copies[mail["id"]].append(mail)
    return [pair for several in copies.values() for pair in itertools.pairwise(several)]
