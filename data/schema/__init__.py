"""The tables, by subject. One metadata; the migrations are what creates it."""

from data.schema import containment, desk, intake, judged, linkage, outreach, trail
from data.schema.base import metadata

__all__ = ["containment", "desk", "intake", "judged", "linkage", "metadata", "outreach", "trail"]
