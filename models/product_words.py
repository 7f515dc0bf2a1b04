"""Words that tell products apart, stemmed so that titles and what people write agree, and places in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from anyascii import anyascii

_WORD = re.compile(r"[a-z0-9]{2,}")
_PLURAL = re.compile(r"[sx]$")
_ENDING = re.compile(r"(?:en|er|em|[aeiony])$")
_CAPITALISED = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLACE_JOINTS = _words("de del della di la le les sur sous am an der upon on en y in by bei d l aux")
_POSTCODE = re.compile(r"(?<![\w-])(?:\d{5}|[A-Z]{1,2}\d[A-Z0-9]? ?\d[A-Z]{2})(?![\w-])")
_STOCK_NUMBER = re.compile(r"(?<![\w-])(?=[\w-]*\d)[A-Z0-9]{2,12}(?:[-_][A-Z0-9]{1,12}){1,5}(?![\w-])")
MAX_WORDS = 24
"""Words of one order that become keys; sellers stuff titles with more."""

STOP_WORDS = _words(
    """
    a ai al alla alle als am an and are at au auf aus aux avec avoid bei bin bis but by c ca ce ces che chez ci com con
    d da dal das dass de dei del della delle dem den der des di die dim do does dos du e ein eine einem einen einer el
    elle en er es est et etait eu euch euer for from fur gli ha habe haben has hat have he her hier his ho i ich ihr il
    ils im in is ist it its ja je kein keine l la las le les lo los lui m ma mai mais man me mein meine mi mia mich mio
    mir mit mon my n nach ne nicht no noch non not nous nur o of on ont or ou our out par pas per pero piu por pour qu
    que qui s sa sans sasi se sehr sein seit ser si sich sie sin since so son sono sont su sul sur t ta te the their
    them they this to tres tu u uber um un una und une uno uns us van vom von vor vous was we were what wie will wir
    with without y you your zu zum zur
    amazon achat achete acquisto acquistato after ancora aspetto bestellt bestellung bought bestell buy client cliente
    colis comanda commande commandee comprado comprato compra compre delivery delivered ordine ordinato order ordered
    ordre pacco paket paquete paquet parcel pedi pedido pedida kauf gekauft kaufen kunde kundenservice lieferung
    livraison livre nombre numero nummer number numeri old product produit produkt producto prodotto article articulo
    articolo artikel item jours days tagen dias giorni jour day euro euros eur prix price preis precio prezzo rembourse
    remboursement refund refunded erstattung reembolso rimborso recu receive received reponse seller vendeur verkaufer
    handler vendedor venditore service servizio servicio shop boutique tienda negozio marque brand marke marca toujours
    jamais never always nunca nie still rien nothing nichts nada niente tout tous all alles todo tutto bien gut good
    bueno buono mal schlecht bad malo anni ans jahre years anos mois monate months meses mesi new neu nouveau nuevo
    nuovo https http www
    """
)
"""Words of five languages that say nothing about which product it is."""


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """``word`` (lower-case ASCII) without plural and gender endings; words of four letters or fewer stay."""
    return _ENDING.sub("", _PLURAL.sub("", word)) if len(word) > 4 else word


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """``text`` as lower-case ASCII."""
    return anyascii(text).lower()


def product_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Stems of the telling words in ``texts``, in written order; of numbers only those with a letter ("x2", "65w")."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(plain(text)):
            if word in STOP_WORDS or word.isdigit() or (len(word) == 2 and word.isalpha()):
                continue
            found[stem(word)] = None
    return tuple(found)


def tail(word: str) -> str | None:
    """Last five letters of a long stem: the head of a German compound ("verdunkelungsvorhang" -> "rhang")."""
    return word[-5:] if len(word) >= 10 else None


def ends_with(long_word: str, word: str) -> bool:
    """Whether the stem ``word`` is the head of the compound ``long_word``."""
    return len(word) >= 5 and len(long_word) >= 10 and long_word.endswith(word)


@lru_cache(maxsize=16384)
def fold_place(text: str) -> str:
    """A town's name without accents, hyphens, digits and "Cedex": ``SAINT-ÉTIENNE CEDEX 2`` -> ``saint etienne``."""
    words = re.findall(r"[a-z]+", plain(text).replace("'", " "))
    folded = " ".join("saint" if w == "st" else w for w in words if w != "cedex")
    return folded.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def places(text: str, limit: int = 40) -> tuple[str, ...]:
    """Runs of capitalised words (joined by "sur", "de la" …) that may name a town, folded; at most ``limit``."""
    found: dict[str, None] = {}
    for clause in re.split(r"[.!?;:,()\n]\s|\n", text):
        words = _CAPITALISED.findall(clause)
        for i, word in enumerate(words):
            if not word[0].isupper():
                continue
            for j in range(i, min(i + 5, len(words))):
                if words[j][0].isupper():
                    found[fold_place(" ".join(words[i : j + 1]))] = None
                elif words[j].lower() not in _PLACE_JOINTS:
                    break
    return tuple(p for p in list(found)[:limit] if len(p) > 2)


def fold_postcode(text: str) -> str:
    """A postcode in capitals without blanks."""
    return text.upper().replace(" ", "").replace("-", "")


def postcodes(text: str) -> tuple[str, ...]:
    """Five-digit and British postcodes in ``text``."""
    return tuple(dict.fromkeys(fold_postcode(m) for m in _POSTCODE.findall(text)))


def stock_numbers(text: str, limit: int = 10) -> tuple[str, ...]:
    """What looks like a seller's stock number ("KIM-DESK-003"): capitals and digits in groups, without order ids."""
    found = (m.group() for m in _STOCK_NUMBER.finditer(text))
    return tuple(dict.fromkeys(f for f in found if not re.fullmatch(r"[\d-]+", f)))[:limit]
