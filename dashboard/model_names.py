"""What the model page calls sets, groups, answers and states."""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.translations import N_

SET: Mapping[str, str] = {
    "seller": N_("Your labels that never train"),
    "independent": N_("Independent messages"),
    "bare": N_("The same, words alone"),
    "second hand": N_("Messages of the demo"),
}
KIND: Mapping[str, str] = {
    "bystander": N_("Bystanders"),
    "carrier_only": N_("About the carrier only"),
    "competitor": N_("About a competitor"),
    "long_story": N_("Long stories"),
    "marketplace_only": N_("About the marketplace only"),
    "mixed_language": N_("Mixed languages"),
    "negation": N_("Negation"),
    "news": N_("News"),
    "one_liner": N_("One-liners"),
    "plain": N_("Plain words"),
    "polite": N_("Polite complaints"),
    "praise": N_("Praise"),
    "question": N_("Questions"),
    "quoted": N_("Quoted complaints of others"),
    "sarcasm": N_("Sarcasm"),
    "slang": N_("Slang"),
    "solved": N_("Solved problems"),
    "spam": N_("Spam"),
}
COMPARED: Mapping[str, str] = {
    "better": N_("Not worse: the error on the held-back labels fell."),
    "equal": N_("Not worse: nothing changed on the held-back labels."),
    "too_few": N_("Undecided: fewer than five labels are held back. Label more mentions, or choose it yourself."),
    "worse_product": N_("Worse: it ranks the messages that ship for measuring less well."),
    "worse_seller": N_("Worse: the error on the held-back labels rose."),
}
DRIFT: Mapping[str, str] = {
    "few": N_("too few mentions to tell"),
    "steady": N_("steady"),
    "notable": N_("notable"),
    "drifted": N_("drifted"),
}
TRAINED_ON: Mapping[str, str] = {
    "authored": N_("our own messages, put together from phrases"),
    "varied": N_("our own sentences"),
    "hands": N_("our own messages by many hands"),
    "fresh": N_("our own messages by fresh hands"),
    "xed": N_("XED film subtitles (CC BY 4.0)"),
    "xed_pairs_projected": N_("XED parallel lines (CC BY 4.0)"),
    "clinc150": N_("CLINC150 calm requests (CC BY 3.0)"),
    "goemotions": N_("GoEmotions comments (CC BY 4.0)"),
}
WHY: Mapping[str, str] = {"unsure": N_("the model is unsure"), "lot": N_("drawn by lot")}
