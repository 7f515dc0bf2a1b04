"""Trustpilot pages that people save from their browser into the workspace's folder."""

from __future__ import annotations

from collections.abc import Iterable

from collectors.sources import Folder, Readers
from data.config import Settings, secret
from data.domain import Source


def folders(settings: Settings) -> Iterable[Folder]:
    """The one folder, while the source is switched on."""
    part = settings.sources.trustpilot
    if part.enabled:
        reads_otherwise = part.fetch or secret(part.api_key_env) is not None
        yield Folder(
            Source.TRUSTPILOT,
            "saved",
            "trustpilot",
            part.saved_pages,
            (".html", ".htm", ".json"),
            "" if reads_otherwise else "no saved pages yet: save your profile's pages into the folder",
        )


SOURCES = {"trustpilot": Readers(folders=folders)}
