"""How an approved text leaves the desk. Nothing is sent by itself: the default hands it to a person."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from data.workspace import write_whole


@dataclass(frozen=True, slots=True)
class Letter:
    """An approved text on its way. ``key`` is the same whenever this sending is tried: a receiver can tell repeats."""

    request: int
    subject: str
    text: str
    sha256: str

    @property
    def key(self) -> str:
        """Idempotency key."""
        return f"{self.request}-{self.sha256[:16]}"


class NotSent(Exception):
    """The sender is sure that nothing left the house; its words go on record as the receipt."""


class Sender(Protocol):
    """Hands one text over. Called after the sending was claimed, once; never called again for the same letter."""

    name: str
    is_final: bool  # whether it knows that the text has left; a person tells it otherwise

    def hand_over(self, letter: Letter) -> str:
        """Returns a receipt. Raises NotSent when nothing left; any other error leaves open what became of it."""


class DryRun:
    """The default: gives the text to a person, who copies it, sends it where it belongs, and says so."""

    name = "copy"
    is_final = False

    def hand_over(self, letter: Letter) -> str:
        """Nothing happens here."""
        return ""


class Rehearsal:
    """For drills: the text goes nowhere and is told as sent."""

    name = "drill"
    is_final = True

    def hand_over(self, letter: Letter) -> str:
        """Nothing happens here."""
        return "drill"


class ToFile:
    """Writes the text into a folder, for a tool that takes it from there or a person who does."""

    name = "file"
    is_final = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand_over(self, letter: Letter) -> str:
        """Returns the file's name; the same letter has the same name."""
        path = self._folder / f"{letter.key}.txt"
        try:
            write_whole(path, letter.text.encode("utf-8"))
        except OSError as error:
            raise NotSent(f"the file cannot be written: {error.strerror}") from None
        return path.name
