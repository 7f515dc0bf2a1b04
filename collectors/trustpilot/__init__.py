"""Trustpilot's public pages as a person saved them: one parser for every layout since 2016."""

from collectors.trustpilot.page import Outcome, ParsedPage, Review
from collectors.trustpilot.read import parse_page

__all__ = ["Outcome", "ParsedPage", "Review", "parse_page"]
