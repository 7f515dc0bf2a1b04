"""What codes are called on screen. Codes stay codes in URLs, queries and the store."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboard.translations import N_
from dashboard.viewer import Viewer

BAND: Mapping[str, str] = {
    "frustrated": N_("Frustrated"),
    "unsure": N_("Unsure"),
    "not_frustrated": N_("Not frustrated"),
    "": N_("Not assessed yet"),
}
CATEGORY: Mapping[str, str] = {
    "refund_not_received": N_("Refund not received"),
    "not_delivered": N_("Not delivered"),
    "no_reply": N_("No reply"),
    "wrong_or_damaged": N_("Wrong or damaged"),
    "claim_or_chargeback_threat": N_("Claim or chargeback threat"),
    "scam_suspicion": N_("Scam suspicion"),
    "other_complaint": N_("Other complaint"),
    "question": N_("Question"),
    "praise": N_("Praise"),
    "not_about_us": N_("Not about us"),
    "": N_("No topic yet"),
}
COMPLAINTS = (
    "refund_not_received",
    "not_delivered",
    "no_reply",
    "wrong_or_damaged",
    "claim_or_chargeback_threat",
    "scam_suspicion",
    "other_complaint",
)
SOURCE: Mapping[str, str] = {
    "trustpilot": "Trustpilot",
    "reddit": "Reddit",
    "x": "X",
    "seller_feedback": N_("Seller feedback"),
    "return_comment": N_("Return comments"),
    "claim": N_("Claims"),
    "feed": N_("Feeds"),
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "youtube": "YouTube",
    "paste": N_("Pasted"),
}
SEVERITY: Mapping[str, str] = {"1": N_("Mild"), "2": N_("Serious"), "3": N_("Critical")}
VERDICT: Mapping[str, str] = {
    "confirmed": N_("Confirmed"),
    "rejected": N_("Rejected"),
    "unsure": N_("Left open"),
}
OUTCOME: Mapping[str, str] = {
    "agree": N_("agrees"),
    "partial": N_("nearly"),
    "differ": N_("differs"),
    "missing": N_("unknown"),
}
FIELD: Mapping[str, str] = {
    "order_id": N_("Order number"),
    "id_fragment": N_("Part of the order number"),
    "tracking": N_("Parcel number"),
    "name": N_("Name"),
    "postcode": N_("Postcode"),
    "city": N_("Town"),
    "country": N_("Country"),
    "language": N_("Language"),
    "asin": N_("Product number"),
    "brand": N_("Brand"),
    "product": N_("Product"),
    "amount": N_("Amount"),
    "stated_date": N_("Date in the text"),
    "stated_age": N_("Waiting time in the text"),
    "experience": N_("Date of experience"),
    "gap": N_("Order date and post date"),
    "ticket": N_("Ticket of this buyer"),
}
NAME_LEVEL: Mapping[str, str] = {
    "full": N_("first and last name"),
    "nick": N_("nickname"),
    "fuzzy": N_("spelled nearly alike"),
    "init_last": N_("initial and last name"),
    "first_init": N_("first name and initial"),
    "handle": N_("account name"),
    "first_only": N_("first name only"),
    "last_only": N_("last name only"),
    "null": N_("nothing to compare"),
    "conflict": N_("another name"),
}
RISK: Mapping[str, str] = {
    "base": N_("Starting point"),
    "frustration": N_("Frustration"),
    "severity": N_("Severity"),
    "waiting": N_("Waiting time"),
    "unanswered": N_("Unanswered messages"),
    "refund": N_("Refund"),
    "claim": N_("Claim"),
    "value": N_("Order value"),
    "age": N_("Age of the order"),
}
ROUTE: Mapping[str, str] = {
    "buyer_message": N_("Message about the order"),
    "public_reply": N_("Public reply"),
    "find_reviewer": N_("Find Reviewer"),
    "wait_for_contact": N_("Wait for their contact"),
    "none": N_("No lawful way"),
}
ROLE: Mapping[str, str] = {
    "agent": N_("Agent"),
    "support_lead": N_("Support lead"),
    "compliance": N_("Compliance officer"),
    "finance": N_("Finance"),
    "brand_manager": N_("Brand manager"),
    "auditor": N_("Auditor"),
}
STEP: Mapping[str, str] = {
    "freeze_snapshot": N_("Freeze the order copy"),
    "tag_tickets": N_("Tag the tickets"),
    "pause_outgoing": N_("Stop outgoing messages"),
    "name_approvers": N_("Name who approves"),
    "approve_macros": N_("Approve the neutral replies"),
    "decide_shipping": N_("Decide on open shipments"),
    "open_refund_method": N_("Open a way to refund"),
    "answer_critical": N_("Answer refunds and claims"),
    "watch_public": N_("Watch public places"),
    "prepare_recovery": N_("Prepare the recovery"),
}
DEADLINE: Mapping[str, str] = {
    "reply": N_("Reply to the buyer"),
    "answer_before_claim": N_("Answer before a claim"),
    "claim_information": N_("Information for a claim"),
    "claim_appeal": N_("Appeal against a claim"),
    "withdrawal_refund": N_("Refund after withdrawal"),
    "return_refund": N_("Refund of a return"),
    "plan_of_action": N_("Plan of action"),
    "ship_or_stop": N_("Decide: ship or stop"),
}
STATUS: Mapping[str, str] = {
    "new": N_("New"),
    "open": N_("Open"),
    "waiting": N_("Waiting"),
    "solved": N_("Solved"),
    "closed": N_("Closed"),
}
HEALTH: Mapping[str, str] = {
    "ok": N_("Working"),
    "behind": N_("Nothing new read"),
    "rate_limited": N_("Slowed down by the source"),
    "budget_spent": N_("Budget spent"),
    "auth_failed": N_("Sign-in refused"),
    "needs_approval": N_("Needs approval"),
    "blocked": N_("Blocked"),
    "disallowed": N_("Not allowed"),
    "broken_layout": N_("Not readable"),
}
HEALTH_NEXT: Mapping[str, str] = {
    "ok": N_("Nothing to do."),
    "behind": N_("Save newer pages into the folder, or run the collection again."),
    "rate_limited": N_("Wait: it goes on by itself at the time shown."),
    "budget_spent": N_("Raise the monthly budget in the settings, or wait for next month."),
    "auth_failed": N_("Renew the key in the environment, then run the collection again."),
    "needs_approval": N_("Ask the source for approval, then set the key in the environment."),
    "blocked": N_("Do not retry. Save the pages by hand and import them."),
    "disallowed": N_("The source forbids automatic reading. Import its export instead."),
    "broken_layout": N_("Save the page again. If it fails twice, report it with the file."),
}
FILE_KIND: Mapping[str, str] = {
    "orders": N_("Orders"),
    "shipments": N_("Shipments"),
    "returns": N_("Returns"),
    "feedback": N_("Feedback"),
    "claims": N_("Claims"),
    "tickets": N_("Tickets"),
    "mentions": N_("Mentions"),
    "trustpilot": N_("Trustpilot pages"),
}
TASK_OUTCOME: Mapping[str, str] = {
    "answered": N_("Answered"),
    "refunded": N_("Refunded"),
    "review_edited": N_("Review edited by its author"),
    "claim_avoided": N_("Claim avoided"),
    "no_reply": N_("No answer from the customer"),
}

STATE: Mapping[str, str] = {
    "none": N_("nothing open"),
    "asked": N_("asked for"),
    "late": N_("late"),
    "paid": N_("paid"),
    "announced": N_("announced"),
    "open": N_("open"),
    "closed_for_us": N_("decided for us"),
    "closed_against_us": N_("decided against us"),
}
# sentences of recovery_plan, by themselves: a number in them is {n}
REASON: Mapping[str, str] = {
    text: text
    for text in (
        N_("answer after the reinstatement: not a refund or claim"),
        N_("the buyer wrote and waits: an answer has no limit"),
        N_("asked to be left alone"),
        N_("was approached before: the next word is theirs"),
        N_("complained on X: answered as soon as they write to us"),
        N_("complained on X and did not write to us: never approached"),
        N_("open problem with a linked order; the window counts from the order"),
        N_("open problem with a linked order; the window counts from the dispatch"),
        N_("open problem with a linked order; the window counts from the delivery"),
        N_("a polite answer below the review"),
        N_("has our public answer: the next word is theirs"),
        N_("an old review: an answer would only wake it"),
        N_("buyer messaging is cut and Find Reviewer is not open"),
        N_("ask for the order's reference; {n} days to answer"),
        N_("the community does not let companies answer"),
        N_("one public answer where the community allows it"),
        N_("answered already, too old, or nowhere to point to"),
        N_("no confirmed order: nobody is contacted on a guess"),
        N_("a multi-channel order: the receiver is no Amazon buyer"),
        N_("nothing is open about the order"),
        N_("buyer messaging is cut: no other way is allowed"),
        N_("the window for a message of ours is over or unknown"),
        N_("this customer was approached before"),
        N_("the last lawful day has passed"),
        N_("no lawful day within the plan"),
        N_("costs more than it is expected to save"),
        N_("nobody in the plan writes this language"),
        N_("takes more minutes than anybody has on a day"),
        N_("another contact with this customer is planned"),
        N_("another contact with this order is planned"),
        N_("no room left within its window: more valuable contacts come first"),
        N_("it was waiting to go out when the suspension was declared"),
        N_("refund asked"),
        N_("claim open"),
        N_("claim announced"),
    )
}
_RULES = re.compile(r"\s*\(([A-Z0-9, -]+)\)$")
_NUMBER = re.compile(r"\d+")


def of(table: Mapping[str, str], code: object, viewer: Viewer) -> str:
    """What ``code`` is called in the viewer's language; an unknown code is shown as words."""
    key = "" if code is None else str(code)
    return viewer.say(table[key]) if key in table else key.replace("_", " ")


def names(table: Mapping[str, str], viewer: Viewer) -> dict[str, str]:
    """A whole table in the viewer's language."""
    return {code: viewer.say(text) for code, text in table.items()}


def without_rules(told: str) -> str:
    """A reason without the rules in brackets at its end."""
    return _RULES.sub("", told)


def reason(told: str, viewer: Viewer) -> str:
    """A reason that recovery_plan gave in English, in the viewer's language, with its rules in brackets."""
    rules = _RULES.search(told)
    sentence = without_rules(told)
    key, found = _NUMBER.sub("{n}", sentence), _NUMBER.search(sentence)
    said = viewer.say(REASON[key], n=found[0] if found else "") if key in REASON else sentence
    return f"{said} ({rules[1]})" if rules else said
