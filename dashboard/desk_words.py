"""What the contained desk's codes and sentences are called on screen; the tables follow the lists of the desk."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard import labels
from dashboard.translations import N_
from dashboard.viewer import Viewer

REQUEST: Mapping[str, str] = {
    "pending": N_("Waits for approval"),
    "granted": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
    "lapsed": N_("Lapsed"),
    "replaced": N_("Text was changed"),
    "claimed": N_("Handed over"),
    "sent": N_("Sent"),
    "not_sent": N_("Not sent"),
}
TONES: Mapping[str, str] = {
    "pending": "info", "granted": "good", "refused": "bad", "lapsed": "bad", "claimed": "info", "sent": "good",
    "not_sent": "bad", "open": "info", "signed": "good", "paid": "good", "have": "good", "missing": "bad",
    "approved": "good", "draft": "info",
}  # fmt: skip
KIND: Mapping[str, str] = {
    "reply": N_("Answer to a buyer"),
    "public_reply": N_("Public reply"),
    "outreach": N_("Message about the order"),
}
DECISION: Mapping[str, str] = {
    "ok": N_("The guard found nothing"),
    "needs_approval": N_("The guard asks a person to look"),
    "block": N_("The guard blocks this text"),
}
GUARD: Mapping[str, str] = {
    "SUSPENSION": N_("tells something about our account or shop"),
    "RELATED_ACCOUNT": N_("tells something about other accounts or the platform's policy"),
    "FAULT": N_("admits fault or liability"),
    "FUNDS": N_("tells something about held money"),
    "APPEAL": N_("tells something about an appeal or a return of the shop"),
    "A_TO_Z_PRESSURE": N_("puts pressure on a claim"),
    "REVIEW_PRESSURE": N_("asks for a review or offers something for it"),
    "MARKETING": N_("advertises"),
    "OFF_PLATFORM": N_("leads away from the marketplace"),
    "UNCONFIRMED_PROMISE": N_("promises money that finance has not confirmed"),
    "CAUSE_CLAIM": N_("names a cause that nobody has attested"),
    "PERSONAL_DATA": N_("shows personal data in public"),
    "CONTENT_RULE": N_("breaks the marketplace's rules for messages"),
    "UNREADABLE": N_("could not be read"),
}
MACRO: Mapping[str, str] = {
    "refund_asked": N_("Refund asked for"),
    "refund_asked_cause": N_("Refund asked for, names a cause"),
    "where_is_my_order": N_("Where is my order"),
    "claim_announced": N_("Claim announced"),
    "wrong_or_damaged": N_("Wrong or damaged"),
    "other_question": N_("Other question"),
    "follow_up": N_("Short update"),
    "open_problem": N_("Open problem with an order"),
    "public_reply": N_("Public reply"),
}
MACRO_STATE: Mapping[str, str] = {"draft": N_("Draft"), "approved": N_("Approved"), "retired": N_("Retired")}
SURFACE: Mapping[str, str] = {"marketplace": N_("Message to a buyer"), "public": N_("Public reply")}
PLACE: Mapping[str, str] = {
    "amazon_messages": N_("Amazon's messages"),
    "help_desk": N_("the help desk"),
    "trustpilot": "Trustpilot",
    "reddit": "Reddit",
    "x": "X",
    "other": N_("another place"),
}
WAY: Mapping[str, str] = {
    "buyer_message": N_("Message to the buyer"),
    "refund": N_("Refund"),
    "claim_reply": N_("Answer to a claim"),
    "public_reply": N_("Public reply"),
    "order_page": N_("Order page"),
    "support_case": N_("Case with the platform's support"),
}
RESULT: Mapping[str, str] = {
    "refused": N_("Refused"),
    "no_access": N_("No access"),
    "error": N_("Error"),
    "answered": N_("It worked"),
}
ATTEMPT_REASON: Mapping[str, str] = {
    "account_suspended": N_("account suspended"),
    "messaging_disabled": N_("messages switched off"),
    "order_hidden": N_("order not shown"),
    "refund_page_unavailable": N_("refund page not available"),
    "sign_in_refused": N_("sign-in refused"),
    "platform_error": N_("error of the platform"),
    "tool_error": N_("error of a tool"),
    "none": N_("no technical reason"),
}
METHOD: Mapping[str, str] = {
    "amazon_refund": N_("through Amazon"),
    "card": N_("to the card"),
    "bank_transfer": N_("bank transfer"),
    "paypal": "PayPal",
    "gift_card": N_("gift card"),
    "invoice": N_("on account"),
}
REFUND: Mapping[str, str] = {
    "open": N_("Waits for finance"),
    "signed": N_("Signed off, to be paid"),
    "refused": N_("Refused"),
    "cancelled": N_("Taken back"),
    "paid": N_("Paid"),
}
SHIPPING: Mapping[str, str] = {"ship": N_("Ship"), "stop": N_("Stop"), "": N_("Not decided")}
POINT: Mapping[str, str] = {
    "order": N_("The order"),
    "shipped_in_time": N_("Shipped in time"),
    "tracking": N_("Tracking"),
    "delivered": N_("Delivered"),
    "buyer_contact": N_("The buyer's messages"),
    "our_answers": N_("Our answers"),
    "attempts": N_("Our attempts"),
    "refund": N_("Refund"),
    "proof_sent_by_message": N_("Proof sent by message"),
    "answer_to_claim": N_("Answer to the claim"),
}
FACT: Mapping[str, str] = {
    "order": N_("order"),
    "bought": N_("bought"),
    "status": N_("status"),
    "shipped": N_("shipped"),
    "promised": N_("promised"),
    "carrier": N_("carrier"),
    "tracking": N_("parcel number"),
    "delivered": N_("delivered"),
    "first": N_("first"),
    "messages": N_("messages"),
    "answers": N_("answers"),
    "attempts": N_("attempts"),
    "refunded_minor": N_("refunded"),
    "by_hand": N_("by hand"),
}
POINT_STATE: Mapping[str, str] = {"have": N_("At hand"), "missing": N_("Missing"), "not_needed": N_("Not needed")}
CLAIM: Mapping[str, str] = {
    "open": N_("Open"),
    "granted": N_("Granted to the buyer"),
    "denied": N_("Decided for us"),
    "withdrawn": N_("Withdrawn"),
    "appealed": N_("Appealed"),
}
# sentences of recovery_plan's blockers: why, and who can unlock
WHY: Mapping[str, str] = {
    "only refunds and A-to-z cases are answered now": N_("Only refunds and A-to-z cases are answered now."),
    "free text cannot leave during a suspension": N_("Own words cannot leave during a suspension."),
    "outgoing actions wait during a suspension": N_("Whatever goes out waits during a suspension."),
    "on hold since the suspension was declared": N_("On hold since the suspension was declared."),
    "the macro is draft, not approved": N_("The prepared reply is a draft that nobody has approved."),
    "the macro is retired, not approved": N_("The prepared reply was taken out of use."),
    "the macro is not in the customer's language": N_("The prepared reply is not in the customer's language."),
    "nobody from compliance vouches that the named cause is true": N_("Nobody vouches that the named cause is true."),
    "the guard blocks this text": N_("The guard blocks this text."),
    "your role does not send answers": N_("Your role does not send answers."),
    "nobody has approved these bytes yet": N_("Nobody has approved this very text yet."),
    "it waits for somebody else's approval": N_("It waits for somebody else's approval."),
    "the approval was refused": N_("The approval was refused."),
    "the request was withdrawn": N_("The request was withdrawn."),
    "the text was changed after this request: the change voids it": N_("The text was changed: that voids the request."),
    "the approval, or the time to give it, has lapsed": N_("The approval, or the time to give it, has lapsed."),
    "it was handed over: tell whether it was sent": N_("It was handed over: say whether it was sent."),
    "it was sent": N_("It was sent."),
    "it was handed over once and told as not sent": N_("It was handed over once and told as not sent."),
    "the clock stands before the approval": N_("The clock stands before the approval."),
    "the text was erased": N_("The text was erased."),
    "this very text went to this customer before": N_("This very text went to this customer before."),
}
UNLOCK: Mapping[str, str] = {
    "compliance": N_("compliance"),
    "nobody": N_("nobody"),
    "the reinstatement": N_("the reinstatement"),
    "an approved macro": N_("an approved prepared reply"),
    "compliance, by approving it": N_("compliance, by approving it"),
    "compliance: 'hold release'": N_("compliance, by releasing it"),
    "another wording": N_("another wording"),
    "an agent, a support lead or compliance": N_("an agent, a support lead or compliance"),
    "another text, as a new request": N_("another text, as a new request"),
    "a new request": N_("a new request"),
    "the newer request": N_("the newer request"),
    "'ticket sent'": N_("whoever says what became of it"),
    "set the clock right": N_("a clock that is right"),
    "compliance or support_lead, not the person who asked": N_("compliance or a support lead, not who asked"),
    "compliance, not the person who asked": N_("compliance, not who asked"),
}
_GUARD = "the guard: "


def why(told: str, viewer: Viewer) -> str:
    """A blocker's reason in the viewer's language."""
    return labels.of(WHY, "the guard blocks this text" if told.startswith(_GUARD) else told, viewer)


def unlock(told: str, viewer: Viewer) -> str:
    """Who can lift a blocker, in the viewer's language."""
    return labels.of(UNLOCK, told, viewer)


def person(who: str | None, staff: Mapping[str, str], viewer: Viewer) -> str:
    """A colleague's name; the system and people that are gone by what they are."""
    if who is None:
        return ""
    if who.startswith("system:"):
        return viewer.say("reinstate")
    return staff.get(who, who)
