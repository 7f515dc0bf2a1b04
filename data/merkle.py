"""The Merkle tree of RFC 6962 section 2.1 over an append-only list: roots, inclusion proofs, and how to check one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY = hashlib.sha256(b"").hexdigest()


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of one leaf's raw bytes."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class MerkleTree:
    """Root of an append-only list of leaves, in O(log n) memory: only the frontier is kept."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        """An empty tree, or one that goes on from the frontier that ``peaks`` returned at ``size``."""
        widths = [1 << bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]
        if len(widths) != len(peaks):
            raise ValueError("this frontier does not belong to this size")
        self.size = size
        self._peaks: list[tuple[int, bytes]] = list(zip(widths, peaks, strict=True))

    def append(self, leaf: bytes) -> None:
        """Add one leaf (raw bytes)."""
        width, node, peaks = 1, hashlib.sha256(b"\x00" + leaf).digest(), self._peaks
        while peaks and peaks[-1][0] == width:
            node = hashlib.sha256(b"\x01" + peaks.pop()[1] + node).digest()
            width *= 2
        peaks.append((width, node))
        self.size += 1

    def peaks(self) -> tuple[bytes, ...]:
        """The frontier: roots of the full subtrees, widest first; with the size it is all that appending needs."""
        return tuple(node for _, node in self._peaks)

    def root(self) -> str:
        """The root in hex; the hash of nothing for an empty tree."""
        if not self._peaks:
            return EMPTY
        node = self._peaks[-1][1]
        for _, left in reversed(self._peaks[:-1]):
            node = node_hash(left, node)
        return node.hex()


def proofs(leaves: Iterable[bytes], wanted: Iterable[int]) -> tuple[str, dict[int, tuple[str, ...]]]:
    """The root over all leaf hashes, and the audit path (hex, leaf upwards) of each wanted place (0-based).

    Works level by level: O(n) hashes however many proofs are wanted, 32 bytes of memory for each leaf.
    """
    level = list(leaves)
    paths: dict[int, list[str]] = {place: [] for place in wanted}
    if not level:
        return EMPTY, {}
    now = {place: place for place in paths}
    while len(level) > 1:
        for place, at in now.items():
            if (at ^ 1) < len(level):
                paths[place].append(level[at ^ 1].hex())
            now[place] = at >> 1
        paired = [node_hash(level[n], level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]  # an odd last node moves up as it is
    return level[0].hex(), {place: tuple(path) for place, path in paths.items()}
