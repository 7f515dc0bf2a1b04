"""How far the name that an author shows agrees with the name on an order."""

from __future__ import annotations

import pytest

from models.names import NameLevel, best_match, parse_author, parse_name


def level(author: str, order_name: str, handle: str | None = None) -> NameLevel:
    return best_match(parse_author(author, handle), (parse_name(order_name),)).level


@pytest.mark.parametrize(
    ("author", "order_name"),
    [
        ("DUPONT Marie", "marie dupont"),
        ("marie dupont", "Mme Marie DUPONT"),
        ("marie.dupont", "Marie Dupont"),
        ("Jurgen Muller", "Jürgen Müller"),
        ("Juergen Mueller", "Jürgen Müller"),
        ("Anna Weiss", "Anna Weiß"),
        ("Elodie Lefevre", "Élodie Lefèvre"),
        ("Łukasz Nowak", "Lukasz Nowak"),
        ("Giovanni D'Angelo", "Giovanni Dangelo"),
        ("Jean-Pierre de la Tour", "Jean Pierre DE LA TOUR"),
        ("Maria Garcia", "María García López"),
        ("Anne-Sophie Petit", "Annesophie Petit"),
        ("王伟", "王伟"),
        ("Marie Dupont", "Amazon Locker - Marie Dupont"),
    ],
)
def test_case_order_accents_particles_and_titles_make_no_difference(author: str, order_name: str) -> None:
    assert level(author, order_name) is NameLevel.FULL


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Marie D.", NameLevel.FIRST_INIT),
        ("M. Dupont", NameLevel.INIT_LAST),
        ("Marie", NameLevel.FIRST_ONLY),
        ("mdupont84", NameLevel.HANDLE),
        ("Marie Dupond", NameLevel.FUZZY),
    ],
)
def test_a_shortened_or_misspelt_name_agrees_in_part(author: str, expected: NameLevel) -> None:
    assert level(author, "Marie Dupont") is expected


def test_a_short_form_agrees_with_the_full_first_name() -> None:
    assert level("Manu Leroy", "Emmanuel Leroy") is NameLevel.NICK


def test_a_household_shares_the_surname_only() -> None:
    assert level("Pierre Dupont", "Marie Dupont") is NameLevel.LAST_ONLY


def test_another_name_contradicts() -> None:
    assert level("Jean Martin", "Marie Dupont") is NameLevel.CONFLICT


@pytest.mark.parametrize("author", ["Client déçu", "dark_fox92", "Enttäuschter Kunde", "anonymous"])
def test_a_pseudonym_says_nothing(author: str) -> None:
    assert level(author, "Marie Dupont") is NameLevel.NULL


def test_an_order_without_a_name_says_nothing() -> None:
    assert level("Marie Dupont", "") is NameLevel.NULL


def test_a_lone_d_is_an_initial_and_no_particle() -> None:
    assert level("Marie D", "Marie Dupont") is NameLevel.FIRST_INIT


def test_a_telling_handle_counts_where_the_display_name_is_a_pseudonym() -> None:
    assert level("Client déçu", "Marie Dupont", handle="marie_dupont") is NameLevel.FULL
