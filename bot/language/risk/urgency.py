"""How fast somebody has to be helped, from not at all to now."""

from enum import IntEnum


class Urgency(IntEnum):
    """Ordered as /RISK: ``none < support < urgent < emergency``; compare with ``<`` and take ``max``."""

    NONE = 0
    SUPPORT = 1
    URGENT = 2
    EMERGENCY = 3

    @property
    def label(self) -> str:
        """The word used in data files and in the public interface."""
        return self.name.lower()

    @classmethod
    def from_label(cls, label: str) -> "Urgency":
        """The urgency called ``label``; raises ``KeyError`` for a word that is none of the four."""
        return cls[label.upper()]
