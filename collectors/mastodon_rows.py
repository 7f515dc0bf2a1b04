"""One status of a Mastodon instance as a mention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors import plain_text, watch
from collectors.api_answers import count, mapping, text, time_of
from data.domain import Author, Mention, Source, Watch
from data.errors import SkipItem

_QUOTED = ("p.quote-inline",)  # "RE: address" for readers that do not know quotes


def mention(row: Mapping[str, Any], wanted: Watch, instance: str) -> Mention | None:
    """The status as ``instance`` shows it, None when it is not about the brand; raises SkipItem.

    Its id is the ActivityPub address, which every instance knows it by: read twice, it is stored once.
    """
    uri, account, at = text(row.get("uri")), mapping(row.get("account")), time_of(row.get("created_at"))
    if not uri or at is None or not text(account.get("acct")):
        raise SkipItem("no id, author or time")
    if row.get("reblog"):
        raise SkipItem("a boost: the original is read itself")
    if row.get("visibility") != "public":
        raise SkipItem("not public")
    if account.get("noindex") is True:
        raise SkipItem("its author asks not to be indexed")
    handle = text(account["acct"])
    handle = handle if "@" in handle else f"{handle}@{instance}"
    words, warning = plain_text.of_html(text(row.get("content")), _QUOTED), text(row.get("spoiler_text"))
    hit = watch.match(wanted, "\n".join((warning, words, *_attached(row))), handle)
    if hit is None:
        return None
    language = text(row.get("language"))[:2].lower()
    return Mention(
        Source.MASTODON,
        uri,
        words or warning or "\n".join(_attached(row)),
        at,
        Author(Source.MASTODON, handle, text(account.get("display_name")) or None, handle),
        title=warning or None,
        url=text(row.get("url")) or uri,
        language=language if len(language) == 2 else None,
        updated_at=time_of(row.get("edited_at")),
        kind="comment" if row.get("in_reply_to_id") else "post",
        repeats=_original(row, wanted),
        reach=count(row.get("reblogs_count"), row.get("favourites_count"), row.get("quotes_count")),
        is_own=hit.is_own,
        watch=hit.watch,
        watch_reason=hit.reason,
    )


def _attached(row: Mapping[str, Any]) -> list[str]:
    """Words beside the text: a link card, pictures' descriptions, hashtags."""
    card, media, tags = mapping(row.get("card")), row.get("media_attachments"), row.get("tags")
    said = [card.get("title"), card.get("description"), card.get("url")]
    said += [mapping(m).get("description") for m in media] if isinstance(media, list) else []
    said += [mapping(t).get("name") for t in tags] if isinstance(tags, list) else []
    return [s for s in map(text, said) if s]


def _original(row: Mapping[str, Any], wanted: Watch) -> str | None:
    """The quoted status, when it is about the brand itself; see collectors.bluesky_rows."""
    quoted = mapping(mapping(row.get("quote")).get("quoted_status"))
    uri = text(quoted.get("uri"))
    said = plain_text.of_html(text(quoted.get("content")), _QUOTED)
    return uri if uri and watch.match(wanted, said) else None
