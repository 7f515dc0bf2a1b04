"""``reinstate.toml``: what the seller sets. Unknown keys and wrong types are refused with their place; secrets never
stand in the file but in environment variables that it names."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from data.domain import Watch
from data.errors import BadInput

Text = Annotated[str, Field(min_length=1, max_length=200)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Brand(_Part):
    """Whose workspace this is."""

    name: Text
    domains: list[Text] = []
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
    names: Annotated[list[Text], Field(min_length=1)]
    misspellings: list[Text] = []
    handles: list[Text] = []
    ids: list[Text] = []
    domains: list[Text] = []
    ambiguous: list[Text] = []
    context: list[Text] = []
    exclusions: list[Text] = []
    own_accounts: list[Text] = []
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


class XPart(_Part):
    """``[sources.x]``: off until there are a token and a budget; every post that is read costs money."""

    enabled: bool = True
    bearer_token_env: Text = "REINSTATE_X_BEARER_TOKEN"  # noqa: S105 (the name of a variable)
    monthly_budget_usd: Annotated[float, Field(ge=0, le=100_000, strict=False)] = 0.0


class TrustpilotPart(_Part):
    """``[sources.trustpilot]``: the folder whose saved pages every run reads."""

    enabled: bool = True
    saved_pages: Text = "saved/trustpilot"


class Sources(_Part):
    """``[sources]``."""

    reddit: RedditPart = RedditPart()
    x: XPart = XPart()
    trustpilot: TrustpilotPart = TrustpilotPart()


class Policy(_Part):
    """``[policy]``: lines that people draw."""

    at_risk_from: Annotated[float, Field(ge=0, le=1, strict=False)] = 0.3
    hourly_cost: Annotated[float, Field(ge=0, strict=False)] = 28.0
    daily_contacts: Annotated[int, Field(ge=1, le=10_000)] = 40
    wave_days: Annotated[int, Field(ge=1, le=60)] = 3
    minutes_per_agent: Annotated[int, Field(ge=0, le=1440)] = 240


class Settings(_Part):
    """The whole file."""

    brand: Brand
    watch: list[WatchPart] = []
    sources: Sources = Sources()
    policy: Policy = Policy()

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
