"""The ``link`` command: orders, tickets and mentions in, one JSON line a mention out. Needs no store."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from data.domain import Order, Ticket
from data.errors import BadInput
from models.linkage import contract, link
from models.memory_index import MemoryIndex
from models.mention_facts import LinkMention
from models.postings import postings_of


def link_lines(
    orders: Sequence[Order], tickets: Sequence[Ticket], mentions: Iterable[Mapping[str, object]]
) -> Iterator[dict[str, object]]:
    """The lines of the ``link`` command, in the order of ``mentions``.

    All mentions are read before the first line is given: an id that somebody else posted earlier goes to review,
    wherever in the input that is. Raises BadInput with the mention's number and the field that cannot be used.
    """
    read = [_read(number, raw) for number, raw in enumerate(mentions, start=1)]
    postings = postings_of(read)
    index = MemoryIndex.of(orders, tickets)
    for mention in read:
        yield contract(mention.mention_id, link(mention, index, postings=postings))


def _read(number: int, raw: Mapping[str, object]) -> LinkMention:
    try:
        return LinkMention.from_contract(raw)
    except BadInput as wrong:
        raise BadInput(f"mention {number}: {wrong}") from None
