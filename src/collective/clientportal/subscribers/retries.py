"""When two people change the same thing at once, the later one is done again: after a moment."""

import random
import time


# Seconds: the longest pause before the first retry, doubled with each further one up to MOST. Thirty
# retries wait for less than three seconds together.
FIRST = 0.01
MOST = 0.2


def keep_short(event):
    """Have a request that is done again wait for a random moment, and no longer.

    At once it would run into the same others again. Zope's own pause is up to 2, 4, 8, … 512 seconds; all
    the while it keeps one of the server's few threads and somebody who has pressed *Send*.
    """
    if event.retry:
        event.request.delay_retry = lambda: wait(event.request.retry_count)


def wait(count):
    """Wait before the retry after `count` others."""
    time.sleep(random.uniform(0, min(FIRST * 2**count, MOST)))
