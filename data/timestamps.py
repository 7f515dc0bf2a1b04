"""Time-stamps of a third party (RFC 3161) on checkpoints: the request for one, and the check of what came back.

Needs the extra ``timestamp``. Without it the files can still be made and checked with OpenSSL's ``ts`` command.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from cryptography import x509

from data.checkpoints import SUFFIX, Place, size_of
from data.errors import BadInput
from data.files import write_whole

REQUEST, ANSWER = ".tsq", ".tsr"


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a time-stamp says: the checkpoint of ``size`` entries was there at ``at``.

    ``is_trusted`` when its signature leads to one of the roots that were given; otherwise only its hash was compared.
    """

    size: int
    at: datetime
    is_trusted: bool


def _library() -> ModuleType:
    try:
        import rfc3161_client
    except ImportError:
        raise BadInput("time-stamps need the extra 'timestamp': pip install 'reinstate[timestamp]'") from None
    return rfc3161_client


def newest(place: Place) -> Path:
    """The newest checkpoint file; raises BadInput when there is none."""
    found = max(place.folder.glob(f"*{SUFFIX}"), default=None)
    if found is None:
        raise BadInput("there is no checkpoint yet: run 'reinstate audit checkpoint'")
    return found


def request(checkpoint: Path) -> bytes:
    """The request (DER) for a time-stamp on a checkpoint's bytes, kept beside it; the same one until it is answered."""
    kept = checkpoint.with_name(checkpoint.name + REQUEST)
    if not kept.exists():
        library = _library()
        builder = library.TimestampRequestBuilder().data(checkpoint.read_bytes())
        made = builder.hash_algorithm(library.HashAlgorithm.SHA256).build()
        write_whole(kept, made.as_bytes())
    return kept.read_bytes()


def keep(checkpoint: Path, answer: bytes, roots: bytes = b"") -> Stamp:
    """Check an authority's answer and keep it beside its checkpoint; raises BadInput when it does not hold."""
    stamp = check(checkpoint, answer, roots)
    write_whole(checkpoint.with_name(checkpoint.name + ANSWER), answer)
    return stamp


def check(checkpoint: Path, answer: bytes, roots: bytes = b"") -> Stamp:
    """What ``answer`` says of a checkpoint file; with ``roots`` (PEM) its signature is checked, too.

    Raises BadInput for an answer that is none, refuses, is about other bytes, or is signed by somebody else.
    """
    library = _library()
    name = checkpoint.name + ANSWER
    try:
        told = library.decode_timestamp_response(answer)
        imprint = told.tst_info.message_imprint.message
        at = told.tst_info.gen_time.replace(tzinfo=UTC)
    except ValueError:
        raise BadInput(f"{name}: this is no time-stamp, or the authority refused to give one") from None
    message = checkpoint.read_bytes()
    if imprint != hashlib.sha256(message).digest():
        raise BadInput(f"{name}: this time-stamp is about something else")
    if roots:
        _check_signature(library, told, message, roots, name)
    return Stamp(size_of(checkpoint), at, bool(roots))


def _check_signature(library: ModuleType, told: object, message: bytes, roots: bytes, name: str) -> None:
    try:
        builder = library.VerifierBuilder(roots=x509.load_pem_x509_certificates(roots))
    except ValueError:
        raise BadInput("the authority's certificates cannot be read: give them as PEM") from None
    try:
        builder.build().verify_message(told, message)
    except library.VerificationError:
        raise BadInput(f"{name}: its signature does not lead to the authority's certificates") from None


def all_of(place: Place, roots: bytes = b"") -> tuple[list[Stamp], list[tuple[int, str]]]:
    """Every time-stamp in a folder, and (size, what is wrong) for those that do not hold."""
    found: list[Stamp] = []
    faults: list[tuple[int, str]] = []
    for path in sorted(place.folder.glob(f"*{SUFFIX}{ANSWER}")):
        checkpoint = path.with_name(path.name.removesuffix(ANSWER))
        try:
            found.append(check(checkpoint, path.read_bytes(), roots))
        except (BadInput, OSError) as error:
            told = str(error) if isinstance(error, BadInput) else f"{path.name}: cannot be read with its checkpoint"
            faults.append((size_of(checkpoint), told))
    return found, faults
