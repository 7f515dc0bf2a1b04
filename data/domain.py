"""Every noun of the product as a frozen value. Times are aware UTC, money is in minor units of an ISO 4217 currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Source(StrEnum):
    """A place that mentions come from."""

    TRUSTPILOT = "trustpilot"
    REDDIT = "reddit"
    X = "x"
    SELLER_FEEDBACK = "seller_feedback"
    RETURN_COMMENT = "return_comment"
    CLAIM = "claim"
    FEED = "feed"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    YOUTUBE = "youtube"
    PASTE = "paste"


class Band(StrEnum):
    """Two thresholds on the frustration probability make three bands."""

    FRUSTRATED = "frustrated"
    UNSURE = "unsure"
    NOT_FRUSTRATED = "not_frustrated"


class Category(StrEnum):
    """What a mention is about; one mention may carry several."""

    REFUND_NOT_RECEIVED = "refund_not_received"
    NOT_DELIVERED = "not_delivered"
    NO_REPLY = "no_reply"
    WRONG_OR_DAMAGED = "wrong_or_damaged"
    CLAIM_OR_CHARGEBACK_THREAT = "claim_or_chargeback_threat"
    SCAM_SUSPICION = "scam_suspicion"
    OTHER_COMPLAINT = "other_complaint"
    QUESTION = "question"
    PRAISE = "praise"
    NOT_ABOUT_US = "not_about_us"


class HealthState(StrEnum):
    """How a source is doing; every run of a collector ends in one of these."""

    OK = "ok"
    BEHIND = "behind"
    RATE_LIMITED = "rate_limited"
    BUDGET_SPENT = "budget_spent"
    AUTH_FAILED = "auth_failed"
    NEEDS_APPROVAL = "needs_approval"
    BLOCKED = "blocked"
    DISALLOWED = "disallowed"
    BROKEN_LAYOUT = "broken_layout"


@dataclass(frozen=True, slots=True)
class Author:
    """The account that published a mention on one source; not yet a known customer."""

    source: Source
    native_id: str
    name: str | None = None
    handle: str | None = None
    country: str | None = None  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class Reply:
    """A public answer of ours below a mention."""

    text: str
    published_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """One public post, comment or review that names us, as it read when collected."""

    source: Source
    native_id: str  # unique within its source; never reused for another text
    text: str
    published_at: datetime
    author: Author | None = None
    title: str | None = None
    url: str | None = None
    rating: int | None = None  # 1-5 stars, None where the source has none
    language: str | None = None  # ISO 639-1 as the source declares it; the assessment finds its own
    country: str | None = None  # market of the mention, ISO 3166-1 alpha-2, when the source tells
    updated_at: datetime | None = None
    experienced_at: date | None = None
    reply: Reply | None = None
    verification: str | None = None
    reference: str | None = None  # the source's reference-number field; often our order id
    kind: str = "review"  # review, post, comment, feedback, return, claim, article
    repeats: str | None = None  # native id of the original when this is a repost, quote or crosspost
    reach: int = 0  # likes, upvotes or reposts as the source counts them
    is_own: bool = False
    is_spam: bool = False
    watch: str | None = None  # name of the watch that caught it
    watch_reason: str | None = None  # the word of the watch that was found; never the mention's own text


@dataclass(frozen=True, slots=True)
class Cursor:
    """The position up to which one partition of a source has been stored; its content is the collector's own."""

    source: Source
    partition: str  # for example "acme:search" or "acme:r/amazon"; "" when the source has one
    state: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """One response's worth of mentions, what is known to be gone, and the cursor that follows them."""

    mentions: tuple[Mention, ...]
    cursor: Cursor
    gone: tuple[str, ...] = ()  # native ids that the source confirms as deleted or removed: to be erased
    skipped: Mapping[str, int] = field(default_factory=dict)  # reason -> how many unusable records
    unknown_fields: Mapping[str, int] = field(default_factory=dict)
    cost_micros: int = 0  # what this page cost, in millionths of a US dollar


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order."""

    line: str  # order-item id when the file has one, else sku plus a running number
    sku: str | None = None
    asin: str | None = None
    title: str | None = None
    quantity: int = 1
    price_minor: int | None = None  # for all units of the line, tax included as the file states it
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A read-only cached copy of one marketplace order. Street, phone and tax ids are dropped at import."""

    order_id: str
    marketplace: str  # sales channel in lower case, for example "amazon.fr"; "non-amazon" for multi-channel orders
    purchased_at: datetime
    items: tuple[OrderItem, ...]
    status: str | None = None
    channel: str | None = None  # "amazon" (FBA) or "merchant"
    currency: str | None = None
    total_minor: int | None = None
    city: str | None = None
    state: str | None = None
    postcode: str | None = None
    country: str | None = None
    buyer_name: str | None = None  # sealed in the vault; see data.vault
    recipient_name: str | None = None
    buyer_email: str | None = None  # the anonymised marketplace alias; kept as a keyed hash and its domain
    updated_at: datetime | None = None
    promised_at: datetime | None = None
    shipped_at: datetime | None = None
    delivered_at: datetime | None = None
    carrier: str | None = None
    tracking: str | None = None
    is_business: bool = False


@dataclass(frozen=True, slots=True)
class Return:
    """One return of one order line, from a returns report."""

    order_id: str
    returned_at: datetime
    sku: str | None = None
    asin: str | None = None
    reason: str | None = None
    status: str | None = None
    comment: str | None = None
    delivered_back_at: datetime | None = None
    refunded_minor: int | None = None
    currency: str | None = None
    has_claim: bool = False  # A-to-z flag of the merchant returns report
    kind: str = "merchant"  # or "fba"


@dataclass(frozen=True, slots=True)
class Claim:
    """One A-to-z guarantee claim or chargeback against one order."""

    order_id: str
    opened_at: datetime
    reason: str | None = None
    amount_minor: int | None = None
    currency: str | None = None
    status: str = "open"  # open, granted, denied, withdrawn, appealed
    info_requested_at: datetime | None = None
    decided_at: datetime | None = None
    appeal_until: datetime | None = None
    kind: str = "a_to_z"  # or "chargeback": the buyer's bank takes the money back


@dataclass(frozen=True, slots=True)
class TicketMessage:
    """One message of a ticket, oldest first; ``direction`` is in, out or note."""

    direction: str
    sent_at: datetime
    text: str
    author: str | None = None  # role or tool's agent id, never a buyer's name


@dataclass(frozen=True, slots=True)
class Ticket:
    """One unit of work on one customer's issue, from a help desk."""

    tool: str
    native_id: str
    created_at: datetime
    subject: str = ""
    status: str = "open"  # new, open, waiting, solved, closed
    order_id: str | None = None
    buyer_email: str | None = None
    requester: str | None = None  # the name the tool shows; read, never stored
    tags: tuple[str, ...] = ()
    priority: str | None = None
    language: str | None = None
    channel: str | None = None  # amazon, email, chat, ...
    last_in_at: datetime | None = None
    last_out_at: datetime | None = None
    messages: tuple[TicketMessage, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """A word (or the rating) that moved the score; ``weight`` is its exact contribution in log-odds."""

    term: str
    weight: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a named model version said of a mention."""

    probability: float  # calibrated, 0-1
    band: Band
    categories: tuple[tuple[Category, float], ...]  # most probable first
    severity: int  # 1-3
    language: str  # ISO 639-1, or "und"
    reasons: tuple[Reason, ...]  # largest absolute weight first
    model: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What comparing one field of a mention and an order showed; ``weight`` in bits (log2 m/u)."""

    field: str
    outcome: str  # agree, partial, differ, missing
    weight: float
    ours: str | None = None
    theirs: str | None = None


class Decision(StrEnum):
    """What linkage decided for one mention."""

    LINK = "link"
    REVIEW = "review"
    NONE = "none"
    NOT_OUR_ORDER = "not_our_order"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An order that may be the one a mention is about."""

    order_id: str
    probability: float
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """The three-way answer (plus "not our order") for one mention, with the rule that allowed or stopped it."""

    decision: Decision
    probability: float
    order_id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    rule: str = ""  # for example "LNK-ID", "X-02"
    weights: str = ""  # version of the weights


class Verdict(StrEnum):
    """A person's judgement of a link; a new one supersedes, nothing is overwritten."""

    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    UNSURE = "unsure"


class Mode(StrEnum):
    """Decides what may leave the house."""

    NORMAL = "normal"
    SUSPENDED = "suspended"
    RECOVERY = "recovery"


class Route(StrEnum):
    """The lawful way to reach one customer."""

    BUYER_MESSAGE = "buyer_message"
    PUBLIC_REPLY = "public_reply"
    FIND_REVIEWER = "find_reviewer"
    WAIT_FOR_CONTACT = "wait_for_contact"
    NONE = "none"


class Role(StrEnum):
    """What a person may see and do; the table is dashboard.access."""

    AGENT = "agent"
    SUPPORT_LEAD = "support_lead"
    COMPLIANCE = "compliance"
    FINANCE = "finance"
    BRAND_MANAGER = "brand_manager"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did it: a person's opaque id (``p:…``), or ``system:<component>``."""

    id: str
    role: Role | None = None  # None for the system

    @staticmethod
    def system(component: str) -> Actor:
        """The product itself acting, for example ``system:collectors``."""
        return Actor(f"system:{component}")


@dataclass(frozen=True, slots=True)
class Suspension:
    """The period in which the marketplace has suspended our seller account."""

    id: int
    reason: str
    owner: str
    marketplace: str
    noticed_at: datetime
    declared_at: datetime
    is_drill: bool = False
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Obligation:
    """What we owe one customer now, as the dated rules say it; made in recovery_plan, read by the risk score."""

    due_at: datetime | None = None  # the next dated duty towards this customer
    rule: str | None = None  # the rule that sets it
    waiting_since: datetime | None = None  # their oldest message that nobody has answered
    unanswered: int = 0  # messages of theirs that nobody has answered
    refund_state: str = "none"  # none, asked, late, paid


@dataclass(frozen=True, slots=True)
class RiskPart:
    """One reason for a customer's risk, with its share in log-odds."""

    name: str
    weight: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class AtRisk:
    """A customer whose facts put them above the policy's line."""

    customer: str  # keyed hash, or "order:<id>" / "author:<source>:<id>" while no more is known
    risk: float  # probability 0-1
    parts: tuple[RiskPart, ...]  # largest first
    order_id: str | None = None
    marketplace: str | None = None
    country: str | None = None
    language: str | None = None
    value_minor: int | None = None
    currency: str | None = None
    mention_ids: tuple[int, ...] = ()
    ticket_ids: tuple[int, ...] = ()
    category: Category | None = None
    severity: int = 1
    since: datetime | None = None  # when the customer first complained or wrote
    deadline_at: datetime | None = None  # the next dated obligation towards this customer
    deadline_rule: str | None = None


@dataclass(frozen=True, slots=True)
class RouteChoice:
    """The route for one customer with the rule that allows or forbids it and its lawful days."""

    route: Route
    rule: str
    reason: str
    not_before: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class OutreachTask:
    """One proposed contact of a plan."""

    customer: str
    choice: RouteChoice
    value: float  # expected harm avoided, in minor units of the policy's currency
    effort_min: int
    day: date | None = None  # None when it could not be placed
    wave: int | None = None
    owner: str | None = None
    order_id: str | None = None
    language: str | None = None
    macro: str | None = None
    unplaced: str | None = None  # why it could not be placed
    promised: int | None = None  # the stored task that was approved or released and that this one goes on from


@dataclass(frozen=True, slots=True)
class Watch:
    """What we look for. Plain words and phrases, matched as whole words without regard to case or accents."""

    name: str
    names: tuple[str, ...]
    misspellings: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()  # without the @
    ids: tuple[str, ...] = ()  # ASINs
    domains: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()  # names that count only beside a context word
    context: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()  # applied to the ambiguous names only
    own_accounts: tuple[str, ...] = ()  # our accounts on any source: stored, flagged, never assessed
    languages: tuple[str, ...] = ()
    subreddits: tuple[str, ...] = ()  # whose comment listings are read and matched locally
