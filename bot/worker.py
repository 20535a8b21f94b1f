"""The worker: what has to happen without a message from a parent. For now, what waits in the journal is stored."""

from __future__ import annotations

import logging
import signal
import threading

from bot.care import alerts, callbacks, checkins, plans

logger = logging.getLogger("worker")

# What may wait in a journal, the most pressing first.
DELIVERIES = {
    "alerts": alerts.deliver_waiting,
    "call-back requests": callbacks.deliver_waiting,
    "safety plans": plans.deliver_waiting,
    "check-ins": checkins.deliver_waiting,
}

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
        for kind, deliver in DELIVERIES.items():
            if delivered := deliver():
                logger.info("%d %s that were waiting are stored", delivered, kind)


if __name__ == "__main__":
    main()
