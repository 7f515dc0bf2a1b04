"""``reinstate.toml``: what the seller sets. Unknown keys and wrong types are refused with their place; secrets never
stand in the file but in environment variables that it names."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.domain import Watch
from data.errors import BadInput

Text = Annotated[str, Field(min_length=1, max_length=200)]
Word = Annotated[str, Field(min_length=1, max_length=100, pattern=r"\S")]
WebAddress = Annotated[str, Field(pattern="^https://[^ ]+$", max_length=2000)]
SearchAddress = Annotated[str, Field(pattern=r"^https://[^ ]*\{query\}[^ ]*$", max_length=2000)]
Profile = Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+(/[A-Za-z0-9._-]+)*$", max_length=200)]
TrustpilotHost = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[a-z]{2})?\.trustpilot\.com$")]
HostName = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Brand(_Part):
    """Whose workspace this is."""

    name: Text
    domains: list[Text] = []
    contact: Annotated[str, Field(max_length=200)] = ""
    time_zone: Text = "Europe/Paris"
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] = "EUR"
    language: Literal["en", "fr"] = "en"

    @field_validator("time_zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("is not a known time zone (for example Europe/Paris)")
        return zone


class WatchPart(_Part):
    """One ``[[watch]]``."""

    name: Text
    names: Annotated[list[Word], Field(min_length=1)]
    misspellings: list[Word] = []
    handles: list[Word] = []
    ids: list[Word] = []
    domains: list[Word] = []
    ambiguous: list[Word] = []
    context: list[Word] = []
    exclusions: list[Word] = []
    own_accounts: list[Word] = []
    languages: list[Annotated[str, Field(pattern="^[a-z]{2}$")]] = []
    subreddits: list[Annotated[str, Field(pattern="^[A-Za-z0-9_]{2,24}$")]] = []

    def as_watch(self) -> Watch:
        """The domain value."""
        parts: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in self.model_dump().items()}
        return Watch(**parts)


class RedditPart(_Part):
    """``[sources.reddit]``: the keys come from the environment variables named here."""

    enabled: bool = True
    client_id_env: Text = "REINSTATE_REDDIT_CLIENT_ID"
    client_secret_env: Text = "REINSTATE_REDDIT_CLIENT_SECRET"  # noqa: S105 (the name of a variable)
    user_agent: str = ""
    lookback_hours: Annotated[int, Field(ge=0, le=720)] = 48
    thread_days: Annotated[int, Field(ge=0, le=60)] = 14


class XPart(_Part):
    """``[sources.x]``: off until there are a token and a budget; every post that is read costs money."""

    enabled: bool = True
    bearer_token_env: Text = "REINSTATE_X_BEARER_TOKEN"  # noqa: S105 (the name of a variable)
    monthly_budget_usd: Annotated[float, Field(ge=0, le=100_000, strict=False)] = 0.0
    backfill_budget_usd: Annotated[float, Field(ge=0, le=100_000, strict=False)] = 0.0


class PermissionPart(_Part):
    """``[sources.trustpilot.permission]``: Trustpilot's written permission to fetch pages that robots.txt forbids."""

    who: Text
    when: date
    reference: Text


class TrustpilotPart(_Part):
    """``[sources.trustpilot]``: saved pages, the official API when its key is set, and a fetcher that is off."""

    enabled: bool = True
    saved_pages: Text = "saved/trustpilot"
    domains: list[Profile] = []
    api_key_env: Text = "REINSTATE_TRUSTPILOT_API_KEY"
    api_secret_env: Text = "REINSTATE_TRUSTPILOT_API_SECRET"  # noqa: S105 (the name of a variable)
    lookback_hours: Annotated[int, Field(ge=0, le=720)] = 48
    rescan_pages: Annotated[int, Field(ge=0, le=1000)] = 100
    fetch: bool = False
    hosts: list[TrustpilotHost] = ["www.trustpilot.com"]
    spacing_s: Annotated[int, Field(ge=5, le=600)] = 6
    pages: Annotated[int, Field(ge=1, le=10)] = 10
    permission: PermissionPart | None = None


class AmazonPart(_Part):
    """``[sources.amazon]``: the seller feedback report through Amazon's own API (extra ``amazon``)."""

    enabled: bool = False
    marketplaces: list[Annotated[str, Field(pattern="^[A-Z]{2}$")]] = []
    client_id_env: Text = "REINSTATE_AMAZON_CLIENT_ID"
    client_secret_env: Text = "REINSTATE_AMAZON_CLIENT_SECRET"  # noqa: S105 (the name of a variable)
    refresh_token_env: Text = "REINSTATE_AMAZON_REFRESH_TOKEN"  # noqa: S105 (the name of a variable)
    days: Annotated[int, Field(ge=1, le=365)] = 90
    every_hours: Annotated[int, Field(ge=1, le=168)] = 12


class BlueskyPart(_Part):
    """``[sources.bluesky]``: an account of ours and an app password that may only read."""

    enabled: bool = False
    service: WebAddress = "https://bsky.social"
    handle: str = ""
    app_password_env: Text = "REINSTATE_BLUESKY_APP_PASSWORD"  # noqa: S105 (the name of a variable)
    lookback_hours: Annotated[int, Field(ge=0, le=720)] = 48


class FeedsPart(_Part):
    """``[sources.feeds]``: feeds by address, and searches that answer with a feed."""

    enabled: bool = True
    urls: list[WebAddress] = []
    searches: list[SearchAddress] = []
    presets: list[Literal["bing_news", "google_news", "medium"]] = []


class MastodonPart(_Part):
    """``[sources.mastodon]``: instances whose hashtag timelines are public."""

    enabled: bool = False
    instances: list[HostName] = []
    hashtags: list[Annotated[str, Field(pattern=r"^\w{1,100}$")]] = []
    lookback_hours: Annotated[int, Field(ge=0, le=720)] = 72


class YouTubePart(_Part):
    """``[sources.youtube]``: a key of the YouTube Data API and how much of its daily quota may be used."""

    enabled: bool = False
    api_key_env: Text = "REINSTATE_YOUTUBE_API_KEY"
    daily_units: Annotated[int, Field(ge=0, le=1_000_000)] = 9_000
    search_hours: Annotated[int, Field(ge=1, le=168)] = 12
    video_days: Annotated[int, Field(ge=1, le=365)] = 90


class Sources(_Part):
    """``[sources]``."""

    amazon: AmazonPart = AmazonPart()
    bluesky: BlueskyPart = BlueskyPart()
    feeds: FeedsPart = FeedsPart()
    mastodon: MastodonPart = MastodonPart()
    reddit: RedditPart = RedditPart()
    trustpilot: TrustpilotPart = TrustpilotPart()
    x: XPart = XPart()
    youtube: YouTubePart = YouTubePart()


class Policy(_Part):
    """``[policy]``: lines that people draw."""

    at_risk_from: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.3
    hourly_cost: Annotated[float, Field(ge=0, strict=False)] = 28.0
    daily_contacts: Annotated[int, Field(ge=1, le=10_000)] = 40
    wave_days: Annotated[int, Field(ge=1, le=60)] = 3
    minutes_per_agent: Annotated[int, Field(ge=0, le=1440)] = 240
    link_precision: Annotated[float, Field(ge=0.9, le=0.9999, strict=False)] = 0.998
    review_from: Annotated[float, Field(ge=0.01, le=0.95, strict=False)] = 0.65
    approval_hours: Annotated[int, Field(ge=1, le=168)] = 48


class Audit(_Part):
    """``[audit]``: where the log's checkpoints go, best to another disk, and who may time-stamp them."""

    checkpoints: Text = "checkpoints"
    timestamp_url: Annotated[str, Field(pattern="^(https://[^ ]+)?$", max_length=2000)] = ""
    timestamp_roots: str = ""


class Settings(_Part):
    """The whole file."""

    brand: Brand
    watch: list[WatchPart] = []
    sources: Sources = Sources()
    policy: Policy = Policy()
    audit: Audit = Audit()

    def for_backfill(self) -> Settings:
        """These settings as a backfill reads them: X has its other budget, and YouTube is left out: its quota has no
        part to spare, and its ordinary reading reaches back over ``video_days`` by itself."""
        x = self.sources.x.model_copy(update={"monthly_budget_usd": self.sources.x.backfill_budget_usd})
        youtube = self.sources.youtube.model_copy(update={"enabled": False})
        return self.model_copy(update={"sources": self.sources.model_copy(update={"x": x, "youtube": youtube})})

    def watches(self) -> tuple[Watch, ...]:
        """The watches as domain values."""
        return tuple(part.as_watch() for part in self.watch)


def parse(raw: bytes, where: str) -> Settings:
    """Read the bytes of a settings file; raises BadInput with one line that names the place in ``where``."""
    try:
        document = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadInput(f"{where}: not UTF-8 text: save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        told = str(error).splitlines()[0] if str(error) else "cannot be read"
        raise BadInput(f"{where}: not valid TOML: {told}") from None
    try:
        return Settings.model_validate(document)
    except ValidationError as error:
        raise BadInput(f"{where}: {_plainly(error)}") from None


def _plainly(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(f"[{p}]" if isinstance(p, int) else str(p) for p in first["loc"]).replace(".[", "[")
    message = {
        "extra_forbidden": "unknown key: check the spelling or remove it",
        "missing": "is missing: add it",
    }.get(first["type"], first["msg"][:1].lower() + first["msg"][1:])
    others = error.error_count() - 1
    return f"{place}: {message}" + (f" (and {others} more)" if others else "")


def read(path: Path) -> Settings:
    """Read ``path``; raises BadInput when it is missing or wrong."""
    try:
        return parse(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise BadInput(
            f"{path}: there is no workspace here; make one with 'reinstate init' or 'reinstate demo'"
        ) from None
    except IsADirectoryError:
        raise BadInput(f"{path}: is a folder, not a settings file") from None


def secret(name: str, environment: Mapping[str, str] | None = None) -> str | None:
    """The value of an environment variable, or of the file that ``<name>_FILE`` names; None when neither is set."""
    env: Mapping[str, Any] = os.environ if environment is None else environment
    if env.get(name):
        return str(env[name]).strip()
    if file := env.get(f"{name}_FILE"):
        try:
            return Path(str(file)).read_text(encoding="utf-8").strip() or None
        except OSError:
            raise BadInput(f"{name}_FILE: the file it names cannot be read") from None
    return None
