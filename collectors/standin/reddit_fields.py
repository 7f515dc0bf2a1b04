"""The fields of Reddit's posts and comments that nothing here reads, with their usual values.

A real post has about 105 fields. They are part of an answer's size, and so of what reading it costs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def _each(value: object, names: str) -> dict[str, object]:
    return dict.fromkeys(names.split(), value)


_BOTH: Mapping[str, Any] = {
    **_each(None, "approved_at_utc approved_by author_flair_background_color author_flair_css_class"),
    **_each(None, "author_flair_template_id author_flair_text author_flair_text_color banned_at_utc banned_by"),
    **_each(None, "distinguished likes mod_note mod_reason_by mod_reason_title num_reports removal_reason"),
    **_each(None, "report_reasons top_awarded_type"),
    **_each(False, "archived author_is_blocked author_patreon_flair author_premium can_gild can_mod_post locked"),
    **_each(False, "no_follow saved stickied"),
    **_each(0, "downs gilded total_awards_received"),
    **_each([], "all_awardings author_flair_richtext awarders mod_reports treatment_tags user_reports"),
    "author_flair_type": "text",
    "gildings": {},
    "send_replies": True,
    "subreddit_type": "public",
}
POST: Mapping[str, Any] = {
    **_BOTH,
    **_each(None, "category discussion_type media removed_by removed_by_category secure_media suggested_sort"),
    **_each(None, "thumbnail_height thumbnail_width view_count"),
    **_each(False, "allow_live_comments clicked contest_mode hidden hide_score is_created_from_ads_ui is_meta"),
    **_each(False, "is_original_content is_reddit_media_domain is_video media_only over_18 pinned quarantine spoiler"),
    **_each(False, "visited"),
    **_each(True, "is_crosspostable is_robot_indexable is_self"),
    **_each({}, "media_embed secure_media_embed"),
    "content_categories": ["shopping"],
    "num_crossposts": 0,
    "pwls": 6,
    "subreddit_subscribers": 41_250,
    "wls": 6,
    "link_flair_background_color": "#0079d3",
    "link_flair_css_class": "talk",
    "link_flair_text": "Discussion",
    "link_flair_richtext": [{"e": "text", "t": "Discussion"}],
    "link_flair_text_color": "light",
    "link_flair_template_id": "00000000-0000-0000-0000-000000000000",
    "link_flair_type": "richtext",
    "subreddit_id": "t5_lamps",
    "thumbnail": "self",
    "upvote_ratio": 0.86,
    "url": "",
}
COMMENT: Mapping[str, Any] = {
    **_BOTH,
    **_each(None, "associated_award collapsed_because_crowd_control collapsed_reason collapsed_reason_code"),
    **_each(None, "comment_type unrepliable_reason"),
    **_each(False, "collapsed is_submitter score_hidden"),
    "controversiality": 0,
    "depth": 0,
    "replies": "",
    "subreddit_id": "t5_lamps",
}
