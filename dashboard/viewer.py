"""Who looks: the person, the role, the language and the zone in which everything is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.access import Action, may
from dashboard.translations import translate, translate_n
from data.domain import Actor, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """One person at one moment. Queries mask by it, formats tell by it."""

    actor: Actor
    name: str
    language: str
    zone: ZoneInfo
    now: datetime  # aware UTC
    currency: str = "EUR"
    token: str | None = field(default=None, repr=False)  # of the session; None in the demo, which has no door

    @property
    def role(self) -> Role | None:
        """The role that decides what may be seen."""
        return self.actor.role

    @property
    def today(self) -> date:
        """The day in the brand's zone."""
        return self.now.astimezone(self.zone).date()

    def may(self, action: Action) -> bool:
        """Whether this person may do ``action``."""
        return may(self.role, action)

    def day_start(self, day: date) -> datetime:
        """Midnight of ``day`` in the brand's zone, as aware UTC."""
        return datetime(day.year, day.month, day.day, tzinfo=self.zone).astimezone(UTC)

    def days_ago(self, n: int) -> date:
        """The day ``n`` days before today."""
        return self.today - timedelta(days=n)

    def say(self, message: str, **values: object) -> str:
        """``message`` in the viewer's language."""
        return translate(self.language, message, **values)

    def say_n(self, singular: str, plural: str, n: int, **values: object) -> str:
        """The form that fits ``n``."""
        return translate_n(self.language, singular, plural, n, **values)
