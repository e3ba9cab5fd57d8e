"""The tables of a journal, as its newest step makes them (`migrations/`)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

META = MetaData()
ENTRIES = Table(
    "entries",
    META,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("id", String(32), unique=True, nullable=False),
    Column("seal", String(64), nullable=False),
    Column("body", Text, nullable=False),
)
PEOPLE = Table(
    "people",
    META,
    Column("login", String(200), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    # Ids, a semicolon between them.
    Column("agencies", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
AUDIT = Table(
    "audit",
    META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("time", String(27), nullable=False),
    Column("login", String(200), nullable=False),
    # page, upload, command
    Column("way", String(20), nullable=False),
    Column("what", Text, nullable=False),
    # Empty for what was done.
    Column("refused", Text, nullable=False),
)
DRAFTS = Table(
    "drafts",
    META,
    Column("login", String(200), primary_key=True),
    Column("form", String(200), primary_key=True),
    Column("time", String(27), nullable=False),
    Column("body", Text, nullable=False),
)
