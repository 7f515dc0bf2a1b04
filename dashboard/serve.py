"""``reinstate dashboard``: serves the pages on one port until it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from streamlit.starlette import App
from streamlit.web import bootstrap

from dashboard import session, theme, web
from data.errors import BadInput
from data.workspace import open_at

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCRIPT = Path(__file__).with_name("app.py")


def serve(folder: Path, port: int, *, address: str = "127.0.0.1") -> None:
    """Serve the workspace in ``folder``; returns when the process is told to stop (Ctrl-C or SIGTERM).

    Raises BadInput when the workspace cannot be opened or the port is taken. ``port`` 0 takes any free one.
    """
    open_at(folder).store.close()
    listener = _listen(address, port)
    os.environ[session.FOLDER] = str(folder.resolve())
    taken = int(listener.getsockname()[1])
    configure(address, taken)
    url = f"http://{'localhost' if address in LOOPBACK else address}:{taken}"
    config = uvicorn.Config(
        application(address), log_level="warning", access_log=False, ws_max_size=50_000_000, timeout_graceful_shutdown=3
    )
    try:
        _Server(config, url).run(sockets=[listener])
    finally:
        listener.close()


def check_port(port: int, address: str) -> None:
    """Raise BadInput when the port is taken: known before a demo is built for nothing."""
    _listen(address, port).close()


def _listen(address: str, port: int) -> socket.socket:
    """A bound socket: finding the port free and taking it is one act."""
    try:
        family = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise BadInput(f"--address {address}: is not an address of this machine") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
    except OverflowError:
        raise BadInput(f"--port {port}: give a number from 0 to 65535") from None
    except OSError as error:
        listener.close()
        raise BadInput(f"port {port} cannot be used ({error.strerror}): name another one with --port") from None
    return listener


def configure(address: str, port: int) -> None:
    """Set every option of Streamlit's that the product relies on, whatever stands in the user's own files."""
    options: dict[str, object] = {
        "browser.gatherUsageStats": False,
        "browser.serverAddress": "localhost" if address in LOOPBACK else address,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.disableDataExport": True,
        "client.toolbarMode": "minimal",
        "logger.level": "error",
        "runner.postScriptGC": False,  # measured: the largest single gain
        "runner.magicEnabled": False,
        "server.address": address,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.allowedHosts": list(LOOPBACK) if address in LOOPBACK else [],
        "server.maxUploadSize": web.UPLOAD_MB,
        "server.showEmailPrompt": False,
    }
    bootstrap.load_config_options(options | theme.options())


def application(address: str = "127.0.0.1") -> App:
    """The whole web application: pages, security headers, compression, health and the session cookie."""
    return App(SCRIPT, routes=web.routes(), middleware=web.middleware(address in LOOPBACK))


class _Server(uvicorn.Server):
    """Prints the address when it is ready, and ends with status 0 on Ctrl-C and SIGTERM alike."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            print(f"reinstate: open {self._url} in your browser. Ctrl-C stops.", flush=True)  # noqa: T201

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a signal that was obeyed is not raised once more at the end."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        held = {sig: signal.signal(sig, self._obey) for sig in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for sig, handler in held.items():
                signal.signal(sig, handler)

    def _obey(self, sig: int, frame: FrameType | None) -> None:
        self.handle_exit(sig, frame)
