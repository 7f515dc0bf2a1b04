"""Amazon's answers: sign-in, one report's life from request to document, and the document."""

from __future__ import annotations

import gzip
import re
from collections import deque
from dataclasses import dataclass, field
from typing import Any


@dataclass
class AmazonReports:
    """``document`` is what the report will hold; ``states`` are told one after the other, the last one for ever."""

    document: bytes = b""
    states: deque[str] = field(default_factory=lambda: deque(["DONE"]))
    is_packed: bool = False
    made: int = 0  # reports asked for

    def api(self, path: str, url: str) -> tuple[int, dict[str, Any] | bytes] | None:
        """Status and document of one request to the server at ``url``; None when there is no such path."""
        if path == "/auth/o2/token":
            return 200, {"access_token": "stand-in", "token_type": "bearer", "expires_in": 3600, "refresh_token": "r"}
        if path == "/reports/2021-06-30/reports":
            self.made += 1
            return 202, {"reportId": f"r{self.made}"}
        if found := re.fullmatch(r"/reports/2021-06-30/reports/(r\d+)", path):
            state = self.states.popleft() if len(self.states) > 1 else self.states[0]
            told: dict[str, Any] = {"reportId": found[1], "processingStatus": state}
            return 200, told | ({"reportDocumentId": "d1"} if state == "DONE" else {})
        if path == "/reports/2021-06-30/documents/d1":
            packed = {"compressionAlgorithm": "GZIP"} if self.is_packed else {}
            return 200, {"reportDocumentId": "d1", "url": f"{url}/document/d1", **packed}
        if path == "/document/d1":
            return 200, gzip.compress(self.document) if self.is_packed else self.document
        return None
