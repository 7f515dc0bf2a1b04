"""Invented posts and comments on Reddit, and posts on X, with what their stand-ins need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random

from data.demo import catalogue, orders, speakers, story, talk
from data.demo.catalogue import MARKET
from data.demo.orders import Sale
from data.demo.phrases import Phrasebook, phrasebook
from data.demo.speakers import CATEGORY_OF, Ledger, PostFacts, Told, Truth
from data.demo.talk import Matter, Talk
from data.domain import Author, Category, Mention, Source

SUBREDDITS = {
    "fr": "ConsoMalins", "en": "CosyLampClub", "de": "LampenEcke", "es": "ComprasHogar", "it": "CasaLuminosa",
}  # fmt: skip
_THREAD_SHARE = 0.42  # of all comments that stand in one of the three threads
_X_EPOCH_MS = 1_288_834_974_657  # X counts the milliseconds of its ids from here
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Posters:
    """Writes for Reddit and X."""

    rng: Random
    today: date
    ledger: Ledger
    talk: Talk
    ours: set[str]  # our order ids
    _ids: set[str] = field(default_factory=set)

    def reddit(self, posts: int, comments: int) -> list[Told]:
        """``posts`` posts (three of them the threads, three crossposts, two our own) and ``comments`` comments."""
        threads = {language: self._opening(language, day) for language, day in story.THREADS.items()}
        told = [*threads.values(), *(self._own(Source.REDDIT, day) for day in (-96, -58))]
        days = story.days_of(self.rng, Source.REDDIT, posts - len(told) - 3)
        told += [self._reddit(day, self._country(day), "t3_") for day in days]
        told += [self._crosspost(t) for t in threads.values()]
        inside = round(comments * _THREAD_SHARE)
        told += [self._in_thread(threads) for _ in range(inside)]
        days = story.days_of(self.rng, Source.REDDIT, comments - inside)
        told += [self._reddit(day, self._country(day), "t1_") for day in days]
        return self._later(told, deleted=7, edited=4)

    def x(self, count: int) -> list[Told]:
        """``count`` posts on X, four of them our own; some are deleted later, two were edited."""
        told = [self._own(Source.X, day) for day in (-110, -88, -66, -45)]
        told += [self._tweet(day) for day in story.days_of(self.rng, Source.X, count - len(told))]
        return self._later(told, deleted=4, edited=2)

    def _country(self, day: int) -> str:
        # both places lean to English, whatever the market
        return "GB" if self.rng.random() < 0.22 else speakers.country_of(self.rng, day >= story.SUSPENDED)

    def _opening(self, language: str, day: int) -> Told:
        """The post that a thread hangs on."""
        country = next(m.country for m in catalogue.MARKETS if m.language == language)
        return self._reddit(day, country, "t3_", "complaint", Category.NO_REPLY)

    def _in_thread(self, threads: dict[str, Told]) -> Told:
        language = self.rng.choices(list(threads), (5, 3, 4))[0]
        opening = threads[language]
        day = min(story.THREADS[language] + round(self.rng.expovariate(0.4)), -8)
        section = self.rng.choices(("complaint", "sarcasm", "bystander", "praise", "hope"), (60, 8, 22, 6, 0))[0]
        country = opening.mention.country or "GB"
        told = self._reddit(day, country, "t1_", section)
        at = max(told.mention.published_at, opening.mention.published_at + timedelta(minutes=self.rng.randint(4, 300)))
        post = replace(told.post or PostFacts(), parent=opening.mention.native_id)
        return replace(told, mention=replace(told.mention, published_at=at), post=post)

    def _reddit(
        self, day: int, country: str, prefix: str, section: str | None = None, about: Category | None = None
    ) -> Told:
        book = phrasebook(MARKET[country].language)
        section = section or speakers.section_of(self.rng, Source.REDDIT, day)
        if prefix == "t3_" and section in ("bystander", "quoted"):  # these answer somebody, they open no discussion
            section = "question"
        matter, truth = self._matter(book, country, day, section, about)
        title, text = self._words(book, section, matter, truth)
        if prefix == "t3_" and section in ("complaint", "sarcasm", "quoted"):
            title = self.talk.line(book, "reddit", "post_title", matter)
        at = story.moment(self.today, day, self.rng)
        native = self._new_id(lambda: prefix + "".join(self.rng.choices(_BASE36, k=7)))
        score = max(1, round(self.rng.paretovariate(0.9)) + (20 if about else 0))
        subreddit = SUBREDDITS[book.language]
        author = speakers.account(self.rng, Source.REDDIT, country)
        mention = Mention(
            Source.REDDIT,
            native,
            text,
            at,
            author,
            title=title if prefix == "t3_" else None,
            url=f"https://www.reddit.com/r/{subreddit}/comments/{native[3:]}/",
            country=country,
            kind="post" if prefix == "t3_" else "comment",
            reach=min(score, 240),
        )
        return Told(mention, truth, PostFacts(subreddit, score=min(score, 240)))

    def _matter(
        self, book: Phrasebook, country: str, day: int, section: str, about: Category | None = None, ids: float = 0.26
    ) -> tuple[Matter, Truth]:
        if section not in ("complaint", "sarcasm"):
            sale = (self.ledger.overheard if section == "quoted" else self.ledger.content)(country, day)
            own = sale.order.order_id if section in ("praise", "solved", "hope") else None
            evidence = "quoted" if section == "quoted" else "none"
            truth = Truth(own, section == "quoted", CATEGORY_OF[section], book.language, section, evidence)
            return Matter(sale, day, sale.day, names_brand=True), truth
        category = about or story.about(self.rng, day)
        sale, since = self.ledger.complaint(country, category, day)
        shown, evidence = self._shown(sale, day, ids if section == "complaint" else 0.0)
        tells = shown is None and self.rng.random() < 0.2 and ids > 0.2
        own = None if evidence == "foreign" else sale.order.order_id
        category = CATEGORY_OF.get(section, category)
        truth = Truth(own, True, category, book.language, section, "facts" if tells else evidence)
        return Matter(sale, day, since, shown, tells, names_brand=True), truth

    def _shown(self, sale: Sale, day: int, chance: float) -> tuple[str | None, str]:
        if self.rng.random() >= chance or not self.ledger.show(sale, day):
            return None, "none"
        if self.rng.random() < 0.06:
            return orders.foreign_id(self.rng, MARKET[sale.customer.country], self.ours), "foreign"
        return talk.typed(self.rng, sale.order.order_id)

    def _words(self, book: Phrasebook, section: str, matter: Matter, truth: Truth) -> tuple[str, str]:
        if section == "complaint":
            return self.talk.complaint(book, truth.category, matter)
        return self.talk.other(book, section, matter)

    def _tweet(self, day: int) -> Told:
        country = self._country(day)
        book = phrasebook(MARKET[country].language)
        section = speakers.section_of(self.rng, Source.X, day)
        about = story.about(self.rng, day) if section == "complaint" else None
        if about and not book.lines("tweet", about.value):
            about = Category.NO_REPLY
        matter, truth = self._matter(book, country, day, section, about, ids=0.2)
        key = truth.category.value if section == "complaint" else section
        short = bool(book.lines("tweet", key))
        text = self.talk.short(book, "tweet", key, matter) if short else self.talk.other(book, section, matter)[1]
        burst = day in story.X_SPIKES
        likes = self.rng.randrange(60 if burst else 12)
        reposts = self.rng.randrange(18) if burst else self.rng.randrange(3)
        return self._on_x(speakers.account(self.rng, Source.X, country), book, day, text, truth, likes, reposts)

    def _on_x(
        self, author: Author, book: Phrasebook, day: int, text: str, truth: Truth, likes: int, reposts: int
    ) -> Told:
        at = story.moment(self.today, day, self.rng)
        native = self._new_id(lambda: str(_snowflake(at, self.rng)))
        mention = Mention(
            Source.X,
            native,
            text,
            at,
            author,
            url=f"https://x.com/i/status/{native}",
            language=book.language,
            kind="post",
            reach=likes + reposts,
            is_own=truth.section == "own",
        )
        return Told(mention, truth, PostFacts(likes=likes, reposts=reposts))

    def _own(self, source: Source, day: int) -> Told:
        """A post of the brand itself."""
        book = phrasebook(self.rng.choice(("fr", "en", "de")))
        sale = self.ledger.content("FR", day)
        truth = Truth(None, False, CATEGORY_OF["own"], book.language, "own")
        facts = catalogue.brand()
        if source is Source.X:
            author = Author(source, "4100200300", facts["name"], facts["handle"])
            text = self.talk.short(book, "own", "post", Matter(sale, day, day))
            return self._on_x(author, book, day, text, truth, 14, 2)
        told = self._reddit(day, "GB", "t3_", "question")
        author = Author(source, f"t2_{facts['reddit'].lower()}", facts["reddit"], facts["reddit"])
        text = self.talk.short(book, "own", "post", Matter(sale, day, day))
        mention = replace(told.mention, author=author, title=facts["name"], text=text, is_own=True)
        return replace(told, mention=mention, truth=truth)

    def _crosspost(self, told: Told) -> Told:
        """The same words in another subreddit a few hours later."""
        others = [s for s in SUBREDDITS.values() if told.post and s != told.post.subreddit]
        subreddit, original = self.rng.choice(others), told.mention
        native = self._new_id(lambda: "t3_" + "".join(self.rng.choices(_BASE36, k=7)))
        at = original.published_at + timedelta(hours=self.rng.randint(2, 20))
        url = f"https://www.reddit.com/r/{subreddit}/comments/{native[3:]}/"
        mention = replace(original, native_id=native, published_at=at, url=url, repeats=original.native_id, reach=3)
        return replace(told, mention=mention, post=PostFacts(subreddit, score=3))

    def _new_id(self, make: Callable[[], str]) -> str:
        while True:
            native: str = make()
            if native not in self._ids:
                self._ids.add(native)
                return native

    def _later(self, told: list[Told], *, deleted: int, edited: int) -> list[Told]:
        """Mark what is deleted after it was collected and what was edited before."""
        plain = [n for n, t in enumerate(told) if t.truth.section == "complaint" and not t.mention.repeats]
        plain = [n for n in plain if not any(t.post and t.post.parent == told[n].mention.native_id for t in told)]
        chosen = self.rng.sample(plain, deleted + edited)
        for n in chosen[:deleted]:
            told[n] = replace(told[n], post=replace(told[n].post or PostFacts(), is_deleted_later=True))
        for n in chosen[deleted:]:
            told[n] = _edited(told[n], self.rng)
        return sorted(told, key=lambda t: (t.mention.published_at, t.mention.native_id))


def _edited(told: Told, rng: Random) -> Told:
    at = told.mention.published_at + timedelta(minutes=rng.randint(3, 25))
    native = told.mention.native_id
    versions = (native, str(_snowflake(at, rng))) if told.mention.source is Source.X else ()
    post = replace(told.post or PostFacts(), edited_at=at, versions=versions)
    return replace(told, mention=replace(told.mention, updated_at=at), post=post)


def _snowflake(at: datetime, rng: Random) -> int:
    """An id as X makes them: its order is the order of time."""
    return (int(at.timestamp() * 1000) - _X_EPOCH_MS) << 22 | rng.randrange(1 << 22)
