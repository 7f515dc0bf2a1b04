"""One post of Bluesky's answers as a mention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collectors import watch
from collectors.api_answers import count, mapping, text, time_of
from data.domain import Author, Mention, Source, Watch
from data.errors import SkipItem

HIDDEN = "!no-unauthenticated"  # its author does not want to be shown to people who are not signed in


def sort_time(row: Mapping[str, Any]) -> datetime | None:
    """The time that Bluesky sorts by: the author's own claim, but never after the moment it was indexed."""
    claimed, indexed = time_of(mapping(row.get("record")).get("createdAt")), time_of(row.get("indexedAt"))
    return min((t for t in (claimed, indexed) if t is not None), default=None)


def mention(row: Mapping[str, Any], wanted: Watch) -> Mention | None:
    """The post as a mention, None when it is not about the brand; raises SkipItem when it cannot be used."""
    uri, record, author = row.get("uri"), mapping(row.get("record")), mapping(row.get("author"))
    did, at = author.get("did"), sort_time(row)
    if not isinstance(uri, str) or not uri.startswith("at://") or not isinstance(did, str) or at is None:
        raise SkipItem("no id, author or time")
    if HIDDEN in _labels(author.get("labels")):
        raise SkipItem("its author asks not to be shown outside Bluesky")
    handle, words = text(author.get("handle")) or None, text(record.get("text"))
    embed = mapping(record.get("embed"))
    hit = watch.match(wanted, "\n".join((words, *_attached(embed), *_links(record.get("facets")))), handle)
    if hit is None:
        return None
    languages = record.get("langs")
    first = text(languages[0]) if isinstance(languages, Sequence) and languages else ""
    return Mention(
        Source.BLUESKY,
        uri,
        words or "\n".join(_attached(embed)),
        at,
        Author(Source.BLUESKY, did, text(author.get("displayName")) or None, handle),
        url=f"https://bsky.app/profile/{did}/post/{uri.rpartition('/')[2]}",
        language=first[:2].lower() if first[2:3] in ("", "-") and len(first) >= 2 else None,
        kind="comment" if isinstance(record.get("reply"), Mapping) else "post",
        repeats=_original(row, wanted),
        reach=count(row.get("likeCount"), row.get("repostCount"), row.get("quoteCount")),
        is_own=hit.is_own,
        is_spam="spam" in _labels(row.get("labels")),
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _labels(value: object) -> set[str]:
    return {text(mapping(v).get("val")) for v in value} if isinstance(value, list) else set()


def _attached(embed: Mapping[str, Any]) -> list[str]:
    """Words beside the text: a link card's title and description, pictures' descriptions."""
    card = mapping(embed.get("external")) or mapping(mapping(embed.get("media")).get("external"))
    pictures = embed.get("images") or mapping(embed.get("media")).get("images") or []
    said = [card.get("title"), card.get("description"), card.get("uri")]
    said += [mapping(p).get("alt") for p in pictures] if isinstance(pictures, list) else []
    return [s for s in map(text, said) if s]


def _links(facets: object) -> list[str]:
    """Whole addresses: the text shows them shortened."""
    features = [f for facet in facets for f in mapping(facet).get("features") or []] if isinstance(facets, list) else []
    return [uri for f in features if (uri := text(mapping(f).get("uri")))]


def _original(row: Mapping[str, Any], wanted: Watch) -> str | None:
    """The quoted post, when it is about the brand itself: then this one adds to its reach.

    A quote of anything else is the only mention there is, and stands for itself.
    """
    shown = mapping(mapping(row.get("embed")).get("record"))
    quoted = mapping(shown.get("record")) or shown  # with pictures the quote lies one level deeper
    uri, value = quoted.get("uri"), mapping(quoted.get("value"))
    return uri if isinstance(uri, str) and watch.match(wanted, text(value.get("text"))) else None
