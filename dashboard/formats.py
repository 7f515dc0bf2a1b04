"""Times, money and numbers as the reader writes them, in the brand's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_precision

from dashboard.viewer import Viewer

_LOCALES = {"en": "en_GB", "fr": "fr_FR"}  # day before month, as in the markets that the product serves


def locale(viewer: Viewer) -> Locale:
    """The reader's locale."""
    return Locale.parse(_LOCALES.get(viewer.language, "en_GB"))


def number(value: float, viewer: Viewer, digits: int = 0) -> str:
    """1,234 or 1 234."""
    return format_decimal(
        round(value, digits), format="#,##0" + ("." + "0" * digits if digits else ""), locale=locale(viewer)
    )


def percent(share: float, viewer: Viewer, digits: int = 0) -> str:
    """A share between 0 and 1 as a percentage."""
    return format_percent(share, format="#,##0" + ("." + "0" * digits if digits else "") + "%", locale=locale(viewer))


def signed(value: float, viewer: Viewer, digits: int = 0) -> str:
    """With its sign, an ASCII minus: that is how st.metric finds the direction."""
    return ("+" if value >= 0 else "-") + number(abs(value), viewer, digits)


def money(minor: int | float | None, currency: str | None, viewer: Viewer, *, whole: bool = False) -> str:
    """An amount in minor units of ``currency``; empty when it is not known."""
    if minor is None or not currency:
        return ""
    places = get_currency_precision(currency)
    return format_currency(
        minor / 10**places,
        currency,
        locale=locale(viewer),
        currency_digits=not whole,
        format="¤#,##0" if whole and viewer.language == "en" else ("#,##0 ¤" if whole else None),
    )


def day(value: date | datetime | None, viewer: Viewer, form: str = "d MMM y") -> str:
    """24 Nov 2026."""
    if value is None:
        return ""
    local = value.astimezone(viewer.zone).date() if isinstance(value, datetime) else value
    return format_date(local, form, locale=locale(viewer))


def short_day(value: date | datetime | None, viewer: Viewer) -> str:
    """24 Nov."""
    return day(value, viewer, "d MMM")


def week_day(value: date, viewer: Viewer) -> str:
    """Tue 24 Nov."""
    return day(value, viewer, "EEE d MMM")


def moment(value: datetime | None, viewer: Viewer) -> str:
    """24 Nov 2026, 13:05 in the brand's zone."""
    if value is None:
        return ""
    return format_datetime(value, "d MMM y, HH:mm", tzinfo=viewer.zone, locale=locale(viewer))


def ago(value: datetime | None, viewer: Viewer) -> str:
    """3 days ago, in the reader's words."""
    if value is None:
        return ""
    return format_timedelta(value - viewer.now, add_direction=True, threshold=1.2, locale=locale(viewer))


def span(length: timedelta, viewer: Viewer) -> str:
    """3 days, without a direction."""
    return format_timedelta(length, threshold=1.2, locale=locale(viewer))


def left(due: datetime | None, viewer: Viewer) -> str:
    """Time that is left, or by how much it is late."""
    if due is None:
        return ""
    told = span(abs(due - viewer.now), viewer)
    return viewer.say("in {time}", time=told) if due >= viewer.now else viewer.say("{time} late", time=told)


def language_name(code: str, viewer: Viewer) -> str:
    """French for ``fr``, in the reader's language; the code itself when it is not known."""
    try:
        return Locale.parse(code).get_language_name(locale(viewer).language) or code
    except (ValueError, UnknownLocaleError):
        return code


def chance(share: float, viewer: Viewer) -> str:
    """A probability: never told as certain when it is not."""
    if share >= 0.995:
        return "> " + percent(0.99, viewer)
    return "< " + percent(0.01, viewer) if share < 0.005 else percent(share, viewer)
