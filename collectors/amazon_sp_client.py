"""The reports part of python-amazon-sp-api, bounded as everything else, its exceptions as health states."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx

from collectors import bounded_client
from collectors.answers import checked
from collectors.api_answers import text
from collectors.fetch import Fetcher, Limits
from data.clock import Clock, rfc3339
from data.domain import HealthState
from data.errors import StopRun

T = TypeVar("T")
REPORT = "GET_SELLER_FEEDBACK_DATA"
# where Amazon keeps the documents that it makes
_STORES = ("s3.amazonaws.com", "s3.us-east-1.amazonaws.com", "s3.eu-west-1.amazonaws.com", "s3.us-west-2.amazonaws.com")


class Reports:
    """Asks for a report, looks after it, fetches it. Every failure is a StopRun."""

    def __init__(
        self,
        marketplace: str,
        client_id: str,
        client_secret: str,
        refresh_token: str,
        *,
        local: str | None,
        agent: str,
        limits: Limits,
        now: Clock,
    ) -> None:
        """``marketplace`` as ``FR``; raises StopRun for one that Amazon's API does not know."""
        self._local, self._agent, self._limits, self._now = local, agent, limits, now
        self._api = _client(marketplace, client_id, client_secret, refresh_token, local, limits)

    def ask_for(self, start: datetime) -> str:
        """Ask for the feedback since ``start``; returns the report's id."""
        answer = self._asked(lambda: self._api.create_report(reportType=REPORT, dataStartTime=rfc3339(start)).payload)
        return self._told(answer, "reportId")

    def status(self, report: str) -> tuple[str, str | None]:
        """How far the report is, and its document's id when it is done."""
        answer = self._asked(lambda: self._api.get_report(report).payload)
        return self._told(answer, "processingStatus"), text(answer.get("reportDocumentId")) or None

    def download(self, document: str) -> bytes:
        """The document's bytes, unpacked, as long as they are no more than the limit."""
        answer = self._asked(lambda: self._api.get_report_document(document).payload)
        url = self._told(answer, "url")
        host = (urlsplit(url).hostname or "").lower()
        hosts = {host} if host.endswith(tuple(f".{store}" for store in _STORES)) else set(_STORES)
        web = Fetcher("Amazon's report", agent=self._agent, hosts=hosts, local=self._local, limits=self._limits)
        try:
            raw = checked(web.get(url), "Amazon's report", self._now).body
        finally:
            web.close()
        return self._unpacked(raw) if answer.get("compressionAlgorithm") == "GZIP" else raw

    def _unpacked(self, raw: bytes) -> bytes:
        try:
            with gzip.GzipFile(fileobj=io.BytesIO(raw)) as packed:
                body = packed.read(self._limits.body + 1)
        except (OSError, EOFError, zlib.error):
            raise StopRun("Amazon's report is damaged: the next run tries again", state=HealthState.BEHIND) from None
        if len(body) > self._limits.body:
            raise StopRun("Amazon's report is larger than any honest one", state=HealthState.BROKEN_LAYOUT)
        return body

    def _told(self, answer: Mapping[str, Any], name: str) -> str:
        if not (value := text(answer.get(name))):
            raise StopRun("Amazon answered in an unknown form", state=HealthState.BROKEN_LAYOUT)
        return value

    def _asked(self, ask: Callable[[], Any]) -> Mapping[str, Any]:
        """Call the library; whatever it raises, typed or not, ends as a StopRun with a health state."""
        from sp_api.auth.exceptions import AuthorizationError
        from sp_api.base import exceptions as amazon

        try:
            answer = ask()
        except AuthorizationError:
            raise _stop("refuses the keys or the refresh token: check them", HealthState.AUTH_FAILED) from None
        except amazon.SellingApiForbiddenException:
            raise _stop("has not approved this app for reports: ask for the role", HealthState.NEEDS_APPROVAL) from None
        except amazon.SellingApiRequestThrottledException:
            until = self._now() + timedelta(minutes=15)
            raise _stop("asks us to wait", HealthState.RATE_LIMITED, until) from None
        except (
            amazon.SellingApiServerException,
            amazon.SellingApiTemporarilyUnavailableException,
            amazon.SellingApiGatewayTimeoutException,
            httpx.HTTPError,
            httpx.InvalidURL,
        ):
            raise _stop("cannot be reached: the next run tries again", HealthState.BEHIND) from None
        except amazon.SellingApiException:
            raise _stop("refuses the request for the report", HealthState.BROKEN_LAYOUT) from None
        except (ValueError, TypeError, KeyError, AttributeError, IndexError):
            raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT) from None
        if not isinstance(answer, Mapping):
            raise _stop("answered in an unknown form", HealthState.BROKEN_LAYOUT)
        return answer


def _client(
    marketplace: str, client_id: str, client_secret: str, refresh_token: str, local: str | None, limits: Limits
) -> Any:
    """The library's client: keys from us alone (never from its own files), and the stand-in's address in tests."""
    from sp_api.api import Reports as AmazonReports
    from sp_api.auth import AccessTokenClient
    from sp_api.base import Marketplaces
    from sp_api.base._transport_httpx import HttpxTransport
    from sp_api.base.credential_provider import FromCodeCredentialProvider

    class SignIn(AccessTokenClient):  # type: ignore[misc]
        """Signs in with the seller's token; Amazon's own address, or the stand-in's."""

        scheme = f"{urlsplit(local).scheme}://" if local else "https://"
        host = urlsplit(local).netloc if local else AccessTokenClient.host

    if marketplace not in Marketplaces.__members__:
        raise StopRun(
            f"sources.amazon.marketplaces: {marketplace} is none that Amazon's API knows",
            state=HealthState.BROKEN_LAYOUT,
        )
    made = AmazonReports(
        Marketplaces[marketplace],
        credentials={
            "lwa_app_id": client_id,
            "lwa_client_secret": client_secret,
            "refresh_token": refresh_token,
        },
        credential_providers=(FromCodeCredentialProvider,),
        auth_token_client_class=SignIn,
    )
    made.endpoint = local or made.endpoint
    web = bounded_client.client({urlsplit(made.endpoint).hostname or "", AccessTokenClient.host}, local, limits)
    made._transport = made._auth._transport = HttpxTransport(client=web)  # the library has no place to hand one in
    return made


def _stop(what: str, state: HealthState, until: datetime | None = None) -> StopRun:
    return StopRun(f"Amazon {what}", state=state, until=until)
