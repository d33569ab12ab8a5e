"""What a test reads of a log that was published: its checkpoint, its entries, and the same entries opened one by one."""

import psycopg

from cunguan.doors.log.process import Ground
from cunguan.keys.log_key import log_signers
from cunguan.keys.note_keys import check
from cunguan.keys.salts import SaltKeys
from cunguan.store.log import origins
from cunguan.store.log.folder import Folder
from cunguan.store.log.rows import openings
from cunguan.transparency.checkpoint import Checkpoint, signed_by
from cunguan.transparency.tiles import Tiles
from cunguan.transparency.tree import root


def published(ground: Ground) -> tuple[Folder, Checkpoint]:
    """Return the log's folder and its newest checkpoint, which the log has signed."""
    with psycopg.connect(ground.url) as connection:
        origin = origins.opened(connection)
    assert origin is not None
    folder = ground.folder(origin)
    note = folder.checkpoint()
    assert note is not None
    key = log_signers(ground.home, origin.origin, {})[0].key
    return folder, signed_by(note, key, check)


def entries(ground: Ground) -> list[bytes]:
    """Return all entries of the published log, whose root is the signed one."""
    folder, said = published(ground)
    tiles = Tiles(said.size, folder.fetch)
    found = [entry for bundle in range(-(-said.size // 256)) for entry in tiles.entries(bundle)]
    assert len(found) == said.size
    assert root(said.size, tiles.read) == said.root
    return found


def opened(ground: Ground, *lanes: tuple[int, int]) -> list[bytes]:
    """Return the entries of lanes up to a sequence, opened one by one."""
    salts = SaltKeys(ground.home)
    with psycopg.connect(ground.url) as connection:
        leaves = [openings(connection, salts.of, lane, seq) for lane, last in lanes for seq in range(1, last + 1)]
    return [leaf.entry for of_one in leaves for leaf in of_one]
