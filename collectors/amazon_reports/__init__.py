"""Amazon's report files: any header variant and encoding, mapped by header name and never by position."""

from collectors.amazon_reports.aftersales import (
    AftersalesReport,
    claims_template,
    read_claims,
    read_feedback,
    read_returns,
    return_mentions,
)
from collectors.amazon_reports.orders import OrderReport, read_orders, read_shipments
from collectors.amazon_reports.tables import Reject

__all__ = [
    "AftersalesReport",
    "OrderReport",
    "Reject",
    "claims_template",
    "read_claims",
    "read_feedback",
    "read_orders",
    "read_returns",
    "read_shipments",
    "return_mentions",
]
