"""The services directory as lines to read in a terminal, and which of them somebody should check."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from bot.care.support import STALE_AFTER_DAYS, Directory, Service


def service_lines(directory: Directory, today: date, only_to_check: bool = False) -> Iterator[str]:
    """Yield a heading for each region and a line for each of its services, with what there is to check.

    `only_to_check` leaves out the services that were verified within the last 180 days (`STALE_AFTER_DAYS`).
    """
    stale = {service.id for service in directory.stale(today)}
    for code, region in sorted(directory.regions.items()):
        lines = [
            _line(service, service.id in stale)
            for service in region.services
            if not only_to_check or service.id in stale or not service.verified or service.check
        ]
        if lines:
            yield f"{code} ({len(lines)})"
            yield from lines


def _line(service: Service, stale: bool) -> str:
    ways = [f"call {', '.join(service.call)}"] if service.call else []
    ways += [f"text {service.text.to}"] if service.text else []
    ways += [str(address) for address in (service.chat, service.web) if address]
    doubts = [] if service.verified else ["UNVERIFIED"]
    doubts += [f"more than {STALE_AFTER_DAYS} days ago"] if stale else []
    doubts += [f"check its {detail}" for detail in service.check]
    verified = f"last checked {service.last_verified}"
    return f"  {service.name}: {'; '.join(ways[:2])}. {', '.join([verified, *doubts])}."
