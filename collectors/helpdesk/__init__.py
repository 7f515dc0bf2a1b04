"""Exports of help desks: Zendesk, Freshdesk, Gorgias, Chatwoot, and any CSV or JSON with a column map."""

from collectors.helpdesk.read import TicketReport, read_tickets

__all__ = ["TicketReport", "read_tickets"]
