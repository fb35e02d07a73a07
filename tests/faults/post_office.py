"""The mail server of a series, in a process of its own: it outlives whoever sends to it.

Usage: python -m faults.post_office <log>; then on the standard input a line of JSON for each change of its
mood. What it takes it writes to the log, a line of JSON each, before it says so, and another one
when it says so. `PostOffice` is the other end.
"""

import json
import os
import subprocess
import sys
from faults.zygote import PATH
from mail_server import MailServer


GOOD = {
    "reply": "250 OK",
    "reply_to": {},
    "delay": 0.0,
    "drop_after_data": False,
    "drop_at_quit": False,
    "up": True,
}


class PostOffice:
    """The other end: starts the process and tells it how to behave."""

    def __init__(self, log):
        self._log = log
        self._read = 0
        self.mails = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "faults.post_office", str(log)],
            env={**os.environ, "PYTHONPATH": PATH},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = json.loads(self._process.stdout.readline())

    def behave(self, **mood):
        """Behave well but for `mood`: attributes of the server; `up`: whether it listens at all."""
        print(json.dumps({**GOOD, **mood}), file=self._process.stdin, flush=True)
        self._process.stdout.readline()

    def collect(self, **about):
        """Return all mails that were taken so far; `about`: what to note of those that are new."""
        if self._log.exists():
            with self._log.open() as log:
                log.seek(self._read)
                for line in iter(log.readline, ""):
                    if not line.endswith("\n"):
                        break
                    self._note(json.loads(line), about)
                    self._read += len(line)
        return self.mails

    def _note(self, entry, about):
        mail_id = entry.get("answered") or entry.get("broken")
        if mail_id:
            same = [mail for mail in self.mails if mail["id"] == mail_id]
            if "answered" in entry:
                same[-1]["answered"] = about.get("round")
            else:
                same[-1]["dropped"] = True
        else:
            self.mails.append({**entry, **about})

    def forget(self):
        """Forget what was taken: another firm begins."""
        self._log.unlink(missing_ok=True)
        self._read, self.mails = 0, []

    def end(self):
        """End the process."""
        self._process.stdin.close()
        self._process.wait()


class Logging(MailServer):
    """The server itself."""

    def __init__(self, log):
        self._log = log
        self._open = []
        super().__init__()

    def stop(self):
        """Listen no more; whose mail was just taken is not told."""
        for mail_id in self._open:
            self._write({"broken": mail_id})
        super().stop()

    async def handle_DATA(self, server, session, envelope):
        """Note who gets which mail; then take it, or do not."""
        if not self.reply.startswith("250"):
            return await super().handle_DATA(server, session, envelope)
        ids = [line for line in envelope.content.splitlines() if line.startswith(b"Message-ID")]
        mail_id = ids[0].decode().partition("clientportal-")[2].partition("@")[0]
        self._write({"id": mail_id, "to": envelope.rcpt_tos, "dropped": False})
        self._open.append(mail_id)
        try:
            # Does not come back where the sender is gone before the answer.
            answer = await super().handle_DATA(server, session, envelope)
        finally:
            self._open.remove(mail_id)
        self._write({"broken" if self.drop_after_data else "answered": mail_id})
        return answer

    def _write(self, entry):
        with open(self._log, "a") as log:
            log.write(json.dumps(entry) + "\n")


def main():
    """Serve until the input ends."""
    server, listens = Logging(sys.argv[1]), True
    print(json.dumps(server.port), flush=True)
    for line in sys.stdin:
        mood = json.loads(line)
        up = mood.pop("up")
        for name, value in mood.items():
            setattr(server, name, value)
        server.mails.clear()
        if up != listens:
            (server.start if up else server.stop)()
            listens = up
        print(json.dumps("done"), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
