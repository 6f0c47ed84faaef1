"""A command through SQLAlchemy, Core and ORM, on the tables of servicecore: the peers read and write the JSON too."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, ClassVar

from peers.floors import ADDRESS, META
from peers.rates import Work


def on_file(path: Path, synchronous: str) -> Any:
    """Return an engine on a SQLite file whose commits wait for the disk as ours do."""
    from sqlalchemy import create_engine, event

    engine = create_engine(f"sqlite:///{path}")

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def on_server(address: str, schema: str) -> Any:
    """Return an engine on a schema of PostgreSQL."""
    import psycopg
    from sqlalchemy import create_engine

    def connect() -> Any:
        connection = psycopg.connect(address)
        connection.execute(f'SET search_path = "{schema}"')
        connection.commit()
        return connection

    return create_engine("postgresql+psycopg://", creator=connect)


def changed(data: str) -> str:
    """Return the document with another address: what any application does between loading and saving."""
    plain = json.loads(data)
    plain["ship_to"] = {"city": "Torino", "line1": f"Via Roma {time.perf_counter_ns()}"}
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def core_of(engine: Any, ids: list[str]) -> Work:
    """Return the same four statements through SQLAlchemy Core."""
    from sqlalchemy import text

    load = text("SELECT version, data FROM documents WHERE kind = :kind AND id = :id")
    save = text(
        "UPDATE documents SET version = :next, data = :data WHERE kind = :kind AND id = :id AND version = :version"
    )
    happened = text(
        "INSERT INTO events (kind, id, version, type_name, type_version, data, meta, at, digest) "
        "VALUES (:kind, :id, :next, :type_name, 1, :event, :meta, 1, :digest) RETURNING position"
    )
    waits = text("INSERT INTO outbox (position) VALUES (:position)")
    turn = iter(range(10**9))

    def one() -> int:
        id_ = ids[next(turn) % len(ids)]
        with engine.begin() as connection:
            version, data = connection.execute(load, {"kind": "order", "id": id_}).one()
            data = changed(data)
            values = {"kind": "order", "id": id_, "next": version + 1, "type_name": "orders.ship_to_changed"}
            values |= {"event": ADDRESS, "meta": META, "digest": "0" * 64}
            position = connection.execute(happened, values).scalar_one()
            connection.execute(waits, {"position": position})
            saved = connection.execute(
                save, {"next": version + 1, "data": data, "kind": "order", "id": id_, "version": version}
            )
            if saved.rowcount != 1:
                raise RuntimeError(id_)
        return 1

    return one


def orm_of(engine: Any, ids: list[str]) -> Work:
    """Return the same through SQLAlchemy's ORM, with its own version check."""
    from sqlalchemy import Integer, Text
    from sqlalchemy.orm import DeclarativeBase, Session, mapped_column

    class Base(DeclarativeBase):
        pass

    class DocumentRow(Base):
        __tablename__ = "documents"
        number = mapped_column(Integer, primary_key=True)
        kind = mapped_column(Text)
        id = mapped_column(Text)
        version = mapped_column(Integer)
        data = mapped_column(Text)
        __mapper_args__: ClassVar[Any] = {"version_id_col": version}

    class EventRow(Base):
        __tablename__ = "events"
        position = mapped_column(Integer, primary_key=True)
        kind = mapped_column(Text)
        id = mapped_column(Text)
        version = mapped_column(Integer)
        type_name = mapped_column(Text)
        type_version = mapped_column(Integer)
        data = mapped_column(Text)
        meta = mapped_column(Text)
        at = mapped_column(Integer)
        digest = mapped_column(Text)

    class OutboxRow(Base):
        __tablename__ = "outbox"
        position = mapped_column(Integer, primary_key=True)

    turn = iter(range(10**9))

    def one() -> int:
        number = next(turn)
        id_ = ids[number % len(ids)]
        with Session(engine) as session, session.begin():
            document = session.query(DocumentRow).filter_by(kind="order", id=id_).one()
            document.data = changed(document.data)
            happened = EventRow(
                kind="order",
                id=id_,
                version=document.version + 1,
                type_name="orders.ship_to_changed",
                type_version=1,
                data=ADDRESS,
                meta=META,
                at=1,
                digest="0" * 64,
            )
            session.add(happened)
            session.flush()
            session.add(OutboxRow(position=happened.position))
        return 1

    return one
