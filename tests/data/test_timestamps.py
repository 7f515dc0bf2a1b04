"""Time-stamps on checkpoints, with OpenSSL as the authority, behind a loopback server."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from collectors import timestamp_authority
from data import checkpoints, timestamps
from data.errors import BadInput, ReinstateError
from data.workspace import Workspace
from tests.builders import TESTER

pytest.importorskip("rfc3161_client", reason="the extra 'timestamp' is not installed")
pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to stand in for an authority")

CONFIG = """
[tsa]
default_tsa = t
[t]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
[ext]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
basicConstraints = CA:FALSE
authorityKeyIdentifier = keyid
"""


class Authority:
    """An authority of our own: a root, a signer, and answers by ``openssl ts``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        (folder / "conf").write_text(CONFIG.format(folder=folder))
        (folder / "serial").write_text("01\n")
        root = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=Root", "-keyout",
                "root.key", "-out", "root.pem"]  # fmt: skip
        self._openssl(*root)
        self._openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=Stamps", "-keyout", "tsa.key", "-out", "r")
        self._openssl("x509", "-req", "-in", "r", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days",
                      "3650", "-extfile", "conf", "-extensions", "ext", "-out", "tsa.pem")  # fmt: skip

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True, timeout=60)

    @property
    def roots(self) -> bytes:
        return (self.folder / "root.pem").read_bytes()

    def answer(self, request: bytes) -> bytes:
        (self.folder / "q").write_bytes(request)
        self._openssl("ts", "-reply", "-config", "conf", "-queryfile", "q", "-out", "a")
        return (self.folder / "a").read_bytes()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa") / "a")


@pytest.fixture
def sealed(workspace: Workspace) -> Path:
    with workspace.store.transaction(TESTER) as tx:
        tx.audit("suspension.declared")
    return timestamps.newest(workspace.seals)


def test_an_authoritys_answer_holds_and_is_kept_beside_its_checkpoint(
    workspace: Workspace, sealed: Path, authority: Authority
) -> None:
    stamp = timestamps.keep(sealed, authority.answer(timestamps.request(sealed)), authority.roots)
    assert (stamp.size, stamp.is_trusted) == (1, True)
    assert abs(stamp.at - datetime.now(UTC)) < timedelta(minutes=5)
    assert timestamps.all_of(workspace.seals, authority.roots) == ([stamp], [])
    assert checkpoints.verify(workspace.store, workspace.seals).intact


def test_openssl_itself_finds_the_kept_answer_good(sealed: Path, authority: Authority) -> None:
    timestamps.keep(sealed, authority.answer(timestamps.request(sealed)))
    command = ["openssl", "ts", "-verify", "-in", f"{sealed}.tsr", "-data", str(sealed), "-CAfile"]
    done = subprocess.run([*command, str(authority.folder / "root.pem")], capture_output=True, timeout=60, check=False)
    assert done.returncode == 0


def test_a_stamp_on_other_bytes_is_refused(sealed: Path, authority: Authority) -> None:
    answer = authority.answer(timestamps.request(sealed))
    sealed.write_bytes(sealed.read_bytes() + b"\n")
    with pytest.raises(BadInput, match="something else"):
        timestamps.keep(sealed, answer, authority.roots)


def test_a_stamp_of_another_authority_is_refused(sealed: Path, authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    with pytest.raises(BadInput, match="certificates"):
        timestamps.keep(sealed, other.answer(timestamps.request(sealed)), authority.roots)


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x02\x01\x02"])
def test_an_answer_that_is_none_is_refused(sealed: Path, answer: bytes) -> None:
    with pytest.raises(BadInput, match="no time-stamp"):
        timestamps.keep(sealed, answer)


def test_a_kept_stamp_that_was_changed_is_a_fault(workspace: Workspace, sealed: Path, authority: Authority) -> None:
    timestamps.keep(sealed, authority.answer(timestamps.request(sealed)), authority.roots)
    kept = sealed.with_name(f"{sealed.name}.tsr")
    kept.write_bytes(kept.read_bytes()[:-40] + bytes(40))
    assert [size for size, _ in timestamps.all_of(workspace.seals, authority.roots)[1]] == [1]


@pytest.fixture
def served(authority: Authority) -> Iterator[tuple[str, list[int]]]:
    """The authority behind HTTP; the list holds the status it answers with next."""
    status = [200]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["content-length"]))
            body = authority.answer(asked) if status[0] == 200 else b""
            self.send_response(status[0])
            self.send_header("content-type", "application/timestamp-reply")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", status
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_authority_is_asked_over_the_network(
    sealed: Path, served: tuple[str, list[int]], authority: Authority
) -> None:
    answer = timestamp_authority.ask("https://stamps.example/", timestamps.request(sealed), local=served[0])
    assert timestamps.keep(sealed, answer, authority.roots).is_trusted


def test_an_authority_that_fails_is_told_and_nothing_is_kept(sealed: Path, served: tuple[str, list[int]]) -> None:
    served[1][0] = 503
    with pytest.raises(BadInput, match="503"):
        timestamp_authority.ask("https://stamps.example/", timestamps.request(sealed), local=served[0])
    assert not sealed.with_name(f"{sealed.name}.tsr").exists()


def test_an_authority_that_is_not_there_is_told(sealed: Path) -> None:
    with pytest.raises(ReinstateError, match="no answer"):
        timestamp_authority.ask("https://stamps.example/", timestamps.request(sealed), local="http://127.0.0.1:9/")
