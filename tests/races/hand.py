"""One process of a contest: opens the shop, says that it is ready, waits for the start, and plays its share."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from tests.crash.points import Points
from tests.crash.shop import Shop
from tests.races.contest import Entry, play


def main(url: str, folder: Path, hand: int, hands: int) -> None:
    entries = [Entry(*each) for each in json.loads((folder / "entries.json").read_text(encoding="utf-8"))]
    with Shop(url, folder, Points()) as shop:
        shop.clock.move_to(datetime.fromisoformat((folder / "now.txt").read_text(encoding="utf-8")))
        print("ready", flush=True)
        sys.stdin.readline()
        print(json.dumps({each.key: play(shop, each) for each in entries[hand::hands]}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
