"""Whatever a server does, a fetch ends in a typed failure within its limits; tests/prove has all the slow ones."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from collectors.answers import FetchFailed, Unreachable
from collectors.fetch import Fetcher, Limits
from data.errors import StopRun
from tests.collectors.faults import FAULTS, FaultServer, holds, says, sized

LIMITS = Limits(connect_s=0.5, read_s=0.4, total_s=0.8, body=2_000_000, attempts=1)
SAMPLE = [name for name, fault in FAULTS.items() if not fault.is_slow or name in ("never answers", "body drips")]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        yield running


def fetcher(server: FaultServer, limits: Limits = LIMITS) -> Fetcher:
    return Fetcher("The site", agent="test", local=server.url, hosts=("the.example",), limits=limits)


@pytest.mark.parametrize("name", SAMPLE)
def test_a_fault_ends_in_its_typed_failure_within_its_limit(server: FaultServer, name: str) -> None:
    fault = FAULTS[name]
    server.act = fault.act
    start = time.monotonic()
    with pytest.raises(FetchFailed) as failed:
        fetcher(server).get(f"{server.url}/x").json("The site")
    took = time.monotonic() - start
    assert type(failed.value) is fault.ends_as
    assert took < LIMITS.total_s + 2.0  # the rest is for a busy machine


def test_every_failure_has_a_state_and_a_line_that_quotes_nothing_of_the_server(server: FaultServer) -> None:
    server.act = says(b"HTTP/1.1 200 OK\r\nx: Ada Lampwick\r\ncontent-length: Ada\r\n\r\n")
    with pytest.raises(StopRun) as failed:
        fetcher(server).get(f"{server.url}/x")
    assert "Ada" not in str(failed.value) and "\n" not in str(failed.value) and failed.value.state


def test_tls_to_a_plain_server_is_unreachable(server: FaultServer) -> None:
    url = server.url.replace("http:", "https:")
    server.act = says(sized(b"{}"))
    with pytest.raises(Unreachable):
        Fetcher("The site", agent="test", local=url, limits=LIMITS).get(f"{url}/x")


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    with FaultServer() as gone:
        url = gone.url
    with pytest.raises(Unreachable):
        Fetcher("The site", agent="test", local=url, limits=LIMITS).get(f"{url}/x")


def test_a_slow_resolver_is_given_up() -> None:
    def slow(host: str, port: int) -> tuple[str, ...]:
        time.sleep(5)
        return ("203.0.113.1",)

    start = time.monotonic()
    with pytest.raises(FetchFailed, match="too long"):
        Fetcher("The site", agent="test", limits=LIMITS, resolve=slow).get("https://the.example/x")
    assert time.monotonic() - start < 3


def test_tries_and_redirects_share_one_time_limit(server: FaultServer) -> None:
    server.act = holds()
    start = time.monotonic()
    with pytest.raises(FetchFailed):
        fetcher(server, Limits(read_s=0.4, total_s=1.0, attempts=10, retry_s=0.05)).get(f"{server.url}/x")
    assert 2 <= len(server.asked) <= 4 and time.monotonic() - start < 3


def test_a_kept_connection_that_the_server_closed_is_no_failure(server: FaultServer) -> None:
    made = fetcher(server)
    server.act = says(sized(b"{}"))
    assert [made.get(f"{server.url}/x").status for _ in range(20)] == [200] * 20
