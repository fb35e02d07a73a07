"""The kinds of faults: each a context in which something is broken; people are at work before and in it.

Each takes the world, the load and a source of chance.
"""

import time
from contextlib import contextmanager


@contextmanager
def server_killed(world, load, rng):
    """Kill -9 of the server, at times while a mail is on its way, at times once more while it starts."""
    _have_a_mail_on_its_way(world, rng)
    world.kill_server()
    world.post.behave()
    if rng.random() < 0.1:
        world.spawn()
        time.sleep(rng.uniform(0, 0.5))
        world.kill_server()
    world.start()
    yield


@contextmanager
def sender_killed(world, load, rng):
    """Kill -9 of the sender, at times while a mail is on its way."""
    world.mind_sender()
    _have_a_mail_on_its_way(world, rng)
    world.kill_sender()
    world.post.behave()
    world.start_sender()
    yield


@contextmanager
def database_killed(world, load, rng):
    """Kill -9 of the database, all of its processes."""
    world.storage.kill()
    yield


@contextmanager
def mail_down(world, load, rng):
    """Nobody listens where the mail server was."""
    with _mail(world, up=False):
        yield


@contextmanager
def mail_slow(world, load, rng):
    """The mail server takes three quarters of a lease over each mail: 30 seconds in a long series."""
    with _mail(world, delay=world.lease * 0.75):
        yield


@contextmanager
def mail_refuses_one(world, load, rng):
    """One of several recipients is refused for good."""
    with _mail(world, reply_to={"thomas@example.org": "550 5.1.1 no such mailbox"}):
        yield


@contextmanager
def mail_greylists(world, load, rng):
    """Recipients are told to come back later."""
    later = "451 4.7.1 greylisted"
    with _mail(world, reply_to={"anna@example.org": later, "handler@firm.example": later}):
        yield


@contextmanager
def mail_refused_after_data(world, load, rng):
    """451 after DATA."""
    with _mail(world, reply="451 4.3.0 try again later"):
        yield


@contextmanager
def mail_dropped_after_data(world, load, rng):
    """The connection breaks after DATA, at times with the mail taken, at times not."""
    taken = rng.random() < 0.5
    with _mail(world, reply="250 OK" if taken else "451 no", drop_after_data=True):
        yield


@contextmanager
def mail_hangs_up(world, load, rng):
    """The connection breaks after the mail was taken and that was said."""
    with _mail(world, drop_at_quit=True):
        yield


@contextmanager
def disk_full(world, load, rng):
    """There is hardly any room left where the database and its files lie."""
    with world.full_disk(rng.choice((0, 4_096, 40_000, 200_000))):
        yield
        time.sleep(rng.uniform(0, 0.5))


@contextmanager
def connection_cut(world, load, rng):
    """Clients are gone before or just after what they asked for is stored."""
    load.cut = True
    try:
        yield
    finally:
        load.cut = False


@contextmanager
def clock_jumps(world, load, rng):
    """The clock is wrong for a while, by a minute to a day, and then right again."""
    world.clock(rng.choice((-86_400, -3_600, -60, 60, 3_600, 86_400)))
    try:
        time.sleep(1.1)
        yield
    finally:
        world.clock(0)
        time.sleep(1.1)


OTHERS = (
    mail_down,
    mail_slow,
    mail_refuses_one,
    mail_greylists,
    mail_refused_after_data,
    mail_dropped_after_data,
    mail_hangs_up,
    disk_full,
    connection_cut,
    clock_jumps,
)


def _have_a_mail_on_its_way(world, rng):
    if rng.random() < 0.5:
        world.post.behave(delay=rng.uniform(0.01, 0.3))
        time.sleep(rng.uniform(0, 0.3))


@contextmanager
def _mail(world, **mood):
    world.post.behave(**mood)
    try:
        yield
    finally:
        world.post.behave()
