"""A connection that is lost while a unit of work is committed: what really happened is found out."""

from __future__ import annotations

import re
import select
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from servicecore.storage.open_store import open_store
from servicecore.storage.ports import Store, StoreUnavailable
from servicecore.testing.postgres import PostgresServer
from servicecore.testing.stores.changes import change, write

NAME = ".s.PGSQL.5432"


class Line:
    """A socket in front of the server that hands everything on, until it is told to cut at the next COMMIT.

    ``before`` it reaches the server, ``after`` the server has answered, or ``for good`` after that.
    """

    def __init__(self, folder: str, server: str) -> None:
        self.cut = ""
        self.dead = False
        self.url = f"postgresql:///postgres?user=servicecore&host={quote(folder)}&timeout=1"
        self._server = server
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(f"{folder}/{NAME}")
        self._socket.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
            server.connect(f"{self._server}/{NAME}")
            swallows = False
            commit = b""  # the name under which this session keeps the statement
            while not self.dead:
                ready, _, _ = select.select([client, server], [], [])
                for end in ready:
                    data = end.recv(65536)
                    if not data or (end is server and swallows):
                        if swallows:  # another session may simply have ended
                            self.dead = self.cut == "for good"
                            self.cut = ""
                        return
                    if end is server:
                        client.sendall(data)
                        continue
                    kept = re.search(rb"(\w+)\0COMMIT\0", data)
                    commit = kept[1] if kept else commit
                    if self.cut and commit and b"\0%b\0" % commit in data:
                        if self.cut == "before":
                            self.cut = ""
                            return
                        swallows = True
                    server.sendall(data)


@pytest.fixture
def line(postgres_server: PostgresServer) -> Iterator[Line]:
    folder = parse_qs(urlsplit(postgres_server.url).query).get("host", [""])[0]
    if not Path(folder, NAME).exists():
        pytest.skip("the server has no socket of its own")
    with tempfile.TemporaryDirectory() as own:
        made = Line(own, folder)
        yield made
        made.close()


@pytest.fixture
def store(line: Line, postgres_url: str) -> Iterator[Store]:
    with closing(open_store(f"{line.url}&schema={postgres_url.rpartition('=')[2]}")) as made:
        yield made


def put(store: Store) -> None:
    with store.transaction() as unit:
        unit.put("k", "v")


def test_a_commit_whose_answer_is_lost_is_a_commit(line: Line, store: Store) -> None:
    line.cut = "after"
    write(store, change(events=3))
    line.cut = "after"
    put(store)

    assert line.cut == ""
    assert [logged.version for logged in store.log()] == [1, 2, 3]
    with store.reading() as reader:
        assert reader.get("k") == "v"


def test_a_commit_that_never_came_is_unavailable_and_leaves_nothing(line: Line, store: Store) -> None:
    line.cut = "before"
    with pytest.raises(StoreUnavailable, match="nothing was half written"):
        write(store, change())
    line.cut = "before"
    with pytest.raises(StoreUnavailable, match="nothing was half written"):
        put(store)

    assert store.log() == ()
    with store.reading() as reader:
        assert reader.get("k") is None
    write(store, change())


def test_where_nobody_can_be_asked_the_doubt_is_said(line: Line, store: Store, postgres_url: str) -> None:
    line.cut = "for good"
    with pytest.raises(StoreUnavailable, match="whether it was written is not known"):
        write(store, change())

    with closing(open_store(postgres_url)) as beside:
        assert len(beside.log()) == 1
