"""The worker: what has to happen without a message from a parent. For now, what waits in the journal is stored."""

from __future__ import annotations

import logging
import signal
import threading

from bot.care.checkins import deliver_waiting

logger = logging.getLogger("worker")

# Seconds between two looks at the journal.
PAUSE = 5.0


def main() -> None:
    """Run until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    logger.info("ready")
    while not stop.wait(PAUSE):
        delivered = deliver_waiting()
        if delivered:
            logger.info("%d check-ins that were waiting are stored", delivered)


if __name__ == "__main__":
    main()
