"""The polite side of fetching: who may be asked, how often, with what, and what an answer holds."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime

import pytest

from collectors.addresses import NotAllowed, check_url, is_public
from collectors.answers import Answer, Blocked, Forbidden, ServerFault, TooSlow, checked, user_agent, wait_until
from collectors.fetch import Fetcher, Limits
from data.domain import HealthState
from data.errors import StopRun
from tests.builders import NOW
from tests.collectors.faults import FaultServer, holds, says, sized

OK = says(sized(b'{"a": 1}'))
FAST = Limits(read_s=0.3, total_s=2.0, retry_s=0.01)


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with FaultServer() as running:
        running.act = OK
        yield running


def fetcher(server: FaultServer, **facts: object) -> Fetcher:
    given: dict[str, object] = {"agent": "test", "local": server.url, "limits": FAST}
    return Fetcher("The site", **(given | facts))  # type: ignore[arg-type]


REFUSED = [
    "http://the.example/", "ftp://the.example/", "https://user@the.example/", "https://user:pw@the.example/",
    "https://the.example:8443/", "https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/",
    "https://localhost/", "https://the/", "https://other.example/", "https://the.example.evil.example/",
    "https://the.example\\@evil.example/", "https://the.example\t/", "//the.example/", "https:///x", "",
    "javascript:alert(1)", "file:///etc/passwd", "https://[the.example/", "https://the.example:99999/",
]  # fmt: skip


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_off_the_list_is_not_asked(url: str) -> None:
    with pytest.raises(NotAllowed):
        check_url(url, {"the.example"}, None)


def test_a_listed_host_is_asked_with_or_without_its_port() -> None:
    assert check_url("https://THE.example:443/x?q=1", {"the.example"}, None).hostname == "the.example"


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "192.0.0.192", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
    "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1", "::10.0.0.1", "fe80::1%eth0", "banana",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_or_special_address_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("found", [("127.0.0.1",), ("93.184.216.34", "10.0.0.1"), ("::ffff:127.0.0.1",), ()])
def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(
    server: FaultServer, found: tuple[str, ...]
) -> None:
    made = fetcher(server, local=None, resolve=lambda host, port: found)
    with pytest.raises(Forbidden, match="private network"):
        made.get("https://the.example/")
    assert server.asked == []


def test_a_name_is_resolved_once_and_the_checked_address_is_taken(server: FaultServer) -> None:
    answers = iter([("127.0.0.1",), ("10.0.0.1",)])
    made = fetcher(server, resolve=lambda host, port: next(answers))
    assert made.get(f"{server.url}/").status == 200
    assert next(answers) == ("10.0.0.1",)


def test_a_stand_in_may_not_resolve_to_anything_but_this_machine(server: FaultServer) -> None:
    url = server.url.replace("127.0.0.1", "stand-in.example")
    with pytest.raises(Forbidden):
        fetcher(server, local=url, resolve=lambda host, port: ("10.0.0.1",)).get(f"{url}/")


def test_the_request_says_honestly_who_asks(server: FaultServer) -> None:
    fetcher(server, agent=user_agent("mail@shop.example")).get(f"{server.url}/")
    assert b"user-agent: reinstate/" in server.asked[0].lower() and b"(+mail@shop.example)" in server.asked[0]


def test_a_contact_cannot_add_a_header() -> None:
    assert user_agent("a\r\nx: y (é)") == user_agent("ax: y ")


def test_an_answer_unpacks_gzip_and_both_kinds_of_deflate(server: FaultServer) -> None:
    raw = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = {
        b"gzip": gzip.compress(b'{"a":') + gzip.compress(b" 1}"),
        b"deflate": zlib.compress(b'{"a": 1}'),
        b"Deflate": raw.compress(b'{"a": 1}') + raw.flush(),
    }
    for name, body in packed.items():
        server.act = says(sized(body, b"content-encoding: " + name))
        assert fetcher(server).get(f"{server.url}/").json("x") == {"a": 1}


def test_an_unchanged_page_is_asked_for_by_its_validators(server: FaultServer) -> None:
    server.act = says(sized(b"{}", b'etag: "v1"', b"last-modified: Mon, 02 Nov 2026 00:00:00 GMT"))
    made = fetcher(server)
    seen = made.get(f"{server.url}/").validators
    server.act = says(b"HTTP/1.1 304 Not Modified\r\ncontent-encoding: gzip\r\n\r\n")
    assert made.get(f"{server.url}/", unless=seen).status == 304
    assert (
        b'if-none-match: "v1"' in server.asked[1].lower() and b"if-modified-since: mon, 02" in server.asked[1].lower()
    )


def test_query_values_are_escaped(server: FaultServer) -> None:
    fetcher(server).get(f"{server.url}/x", params={"q": "a&b=c d"})
    assert server.asked[0].startswith(b"GET /x?q=a%26b%3Dc+d HTTP/1.1")


def test_time_outs_and_5xx_are_tried_again_and_nothing_else(server: FaultServer) -> None:
    for act, times in ((holds(), 3), (says(b"HTTP/1.1 502 X\r\ncontent-length: 0\r\n\r\n"), 3), (says(), 1)):
        server.act = act
        server.asked.clear()
        with pytest.raises(StopRun):
            fetcher(server).get(f"{server.url}/")
        assert len(server.asked) == times


def test_a_post_is_tried_once(server: FaultServer) -> None:
    server.act = says(b"HTTP/1.1 502 X\r\ncontent-length: 0\r\n\r\n")
    with pytest.raises(ServerFault):
        fetcher(server).post(f"{server.url}/", b"a=1", "application/x-www-form-urlencoded")
    assert len(server.asked) == 1 and server.asked[0].endswith(b"\r\n\r\na=1")


def test_a_server_that_names_a_time_is_not_tried_before_it(server: FaultServer) -> None:
    server.act = says(b"HTTP/1.1 503 X\r\nretry-after: 60\r\ncontent-length: 0\r\n\r\n")
    with pytest.raises(ServerFault) as failed:
        fetcher(server).get(f"{server.url}/")
    assert failed.value.until is not None and len(server.asked) == 1


def test_a_wall_is_not_run_against_twice(server: FaultServer) -> None:
    server.act = says(b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n")
    made = fetcher(server, walls=(403,))
    for _ in range(2):
        with pytest.raises(Blocked):
            made.get(f"{server.url}/")
    assert len(server.asked) == 1


def test_a_host_that_fails_again_and_again_is_left_alone(server: FaultServer) -> None:
    server.act = holds()
    made = fetcher(server, limits=Limits(read_s=0.1, total_s=0.2, attempts=1, failures=2))
    for _ in range(5):
        with pytest.raises(TooSlow):
            made.get(f"{server.url}/")
    assert len(server.asked) == 2


def test_two_requests_to_one_host_keep_their_distance(server: FaultServer) -> None:
    waits: list[float] = []
    made = fetcher(server, limits=Limits(spacing_s=5.0, jitter_s=2.0), pause=waits.append)
    for _ in range(3):
        made.get(f"{server.url}/")
    assert len(waits) == 2 and all(4.0 < w <= 7.0 for w in waits)


def test_credentials_stay_on_their_host(server: FaultServer) -> None:
    with FaultServer() as other:
        server.act = says(b"HTTP/1.1 302 X\r\nlocation: /next\r\ncontent-length: 0\r\n\r\n")
        with pytest.raises(StopRun):
            fetcher(server).get(f"{server.url}/", headers={"apikey": "k-123"})
        server.act = says(f"HTTP/1.1 302 X\r\nlocation: {other.url}/\r\ncontent-length: 0\r\n\r\n".encode())
        with pytest.raises(Forbidden):
            fetcher(server).get(f"{server.url}/", headers={"apikey": "k-123"})
        assert other.asked == []
    assert all(b"apikey: k-123" in asked for asked in server.asked)


def test_an_open_list_of_hosts_lets_no_credentials_follow_a_redirect() -> None:
    from urllib.parse import urlsplit

    from collectors.fetch import _next_hop

    sent = {"apikey": "k-123"}
    assert _next_hop(urlsplit("https://a.example/x"), "https://a.example/x", "/y", sent) == (
        "https://a.example/y",
        sent,
    )
    assert _next_hop(urlsplit("https://a.example/x"), "https://a.example/x", "//b.example/", sent)[1] == {}


def test_a_redirect_is_followed_where_it_may_go(server: FaultServer) -> None:
    acts = iter([says(b"HTTP/1.1 301 X\r\nlocation: /there\r\ncontent-length: 0\r\n\r\n"), OK])
    server.act = lambda conn: next(acts)(conn)
    assert fetcher(server).get(f"{server.url}/here").url == f"{server.url}/there"


STATES = {
    401: HealthState.AUTH_FAILED,
    402: HealthState.BUDGET_SPENT,
    403: HealthState.NEEDS_APPROVAL,
    404: HealthState.BROKEN_LAYOUT,
    429: HealthState.RATE_LIMITED,
    204: HealthState.BROKEN_LAYOUT,
}


@pytest.mark.parametrize("status", STATES)
def test_a_status_of_an_api_has_its_state(status: int) -> None:
    with pytest.raises(StopRun) as stopped:
        checked(Answer(status, "u", {"retry-after": "7"}, b""), "The site", lambda: NOW)
    assert stopped.value.state is STATES[status]
    assert stopped.value.until == (NOW + timedelta(seconds=7) if status == 429 else None)


def test_a_time_to_wait_is_read_in_both_spellings_and_never_longer_than_a_day() -> None:
    def told(value: str) -> timedelta | None:
        moment = wait_until({"retry-after": value}, lambda: NOW)
        return None if moment is None else moment - NOW

    assert told("90") == timedelta(seconds=90)
    assert told(format_datetime(NOW + timedelta(hours=2), usegmt=True)) == timedelta(hours=2)
    assert told(format_datetime(NOW - timedelta(hours=2), usegmt=True)) == timedelta(0)
    assert told("9" * 400) == timedelta(days=1)
    assert told("soon") is None and told("") is None
