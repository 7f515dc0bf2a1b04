"""The tables, by subject. One metadata; the migrations are what creates it."""

from data.schema import desk, intake, judged, trail
from data.schema.base import metadata

__all__ = ["desk", "intake", "judged", "metadata", "trail"]
