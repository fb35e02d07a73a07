"""Whether the portal runs as it must: database, workers, mails, journals, disk, scanner."""

import threading
from collections.abc import Sequence
from collective.clientportal import _
from collective.clientportal.domain import figures
from collective.clientportal.domain import rounds
from collective.clientportal.domain import scanner
from collective.clientportal.domain.findings import Check
from collective.clientportal.domain.findings import Finding
from zope.i18nmessageid import Message


LATE_MAIL = 3600  # seconds
LEAST_DISK = 10  # percent


def database() -> Finding:
    """The database gives what is asked of it."""
    title = _("health_database", default="The database answers")
    figures.ask_database()
    return Finding("database", title)


def workers() -> Finding:
    """Journals were sealed and mails sent lately, here or in another process."""
    title = _("health_workers", default="The workers send mails and seal journals")
    resting = rounds.resting()
    problem: Message | str = ""
    if resting:
        problem = _(
            "health_workers_resting",
            default="No round for more than five minutes, in no process: ${names}",
            mapping={"names": ", ".join(resting)},
        )
    if not rounds.are_elsewhere():
        running = {thread.name for thread in threading.enumerate()}
        dead = {f"clientportal-{job}" for job in rounds.JOBS} - running
        if dead:
            problem = _(
                "health_workers_dead",
                default="Not running in this server: ${names}",
                mapping={"names": ", ".join(sorted(dead))},
            )
    mend = _(
        "health_workers_mend",
        default="Restart the server, or clientportal-sender where that does it; the log says why they ended.",
    )
    return Finding("workers", title, problem, mend)


def outbox() -> Finding:
    """Mails leave the outbox."""
    title = _("health_outbox", default="Mails leave the outbox")
    failed, late = figures.failed(), figures.late_mails(LATE_MAIL)
    problem = _(
        "health_outbox_stuck",
        default="Failed in the last seven days: ${failed}. Waiting for more than an hour: ${late}.",
        mapping={"failed": str(failed), "late": str(late)},
    )
    mend = _(
        "health_outbox_mend",
        default="The outbox says why for each. Mend the mail server or the address, and try again there.",
    )
    return Finding("outbox", title, problem if failed or late else "", mend)


def journal() -> Finding:
    """Entries of journals get their seal."""
    title = _("health_journal", default="Journals are sealed")
    late = figures.unsealed()
    problem = _(
        "health_journal_late",
        default="Entries that wait for their seal for more than a minute: ${late}",
        mapping={"late": str(late)},
    )
    mend = _(
        "health_journal_mend",
        default="See whether the workers run, here or in a process of their own, and read their log.",
    )
    return Finding("journal", title, problem if late else "", mend)


def disk() -> Finding:
    """There is room for what comes in."""
    title = _("health_disk", default="The disk has room")
    free = figures.disk_free()
    problem = _(
        "health_disk_full",
        default="Free: ${free} % of the fullest disk that data is on.",
        mapping={"free": str(free)},
    )
    mend = _(
        "health_disk_mend",
        default="Make room or give it a larger disk. When it is full, nothing can be sent any more; "
        "what was sent before stays.",
    )
    return Finding("disk", title, problem if free < LEAST_DISK else "", mend)


def virus_scanner() -> Finding:
    """The virus scanner answers, where there is one."""
    title = _("health_scanner", default="The virus scanner answers")
    silent = scanner.is_on() and not scanner.answers()
    problem = _("health_scanner_silent", default="clamd does not answer.")
    mend = _(
        "health_scanner_mend",
        default="Start clamd, or correct its address in the settings. Until then files are refused, or taken "
        "unscanned where the settings say so.",
    )
    return Finding("scanner", title, problem if silent else "", mend)


# What a load balancer asks: whether this server can do its work. What ails all of them alike takes none of
# them out.
SERVER: Sequence[Check] = (database,)
PORTAL: Sequence[Check] = (database, workers, outbox, journal, disk, virus_scanner)
