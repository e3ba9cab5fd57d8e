"""What somebody has begun to write: kept with the journal, so that it outlives a lost connection and a restart."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import delete, select

from geodata.journal.entries import LONGEST, now
from geodata.journal.store import Store
from geodata.journal.tables import DRAFTS

MOST = 1000
"""Drafts of one person."""


class DraftTooLong(ValueError):
    """A draft that no form makes."""


def keep(store: Store, login: str, form: str, values: Mapping[str, str]) -> None:
    """Keep what a form holds, in place of what it held; DraftTooLong, NoStore."""
    body = json.dumps(dict(values), ensure_ascii=False, sort_keys=True)
    if len(body) > 2 * LONGEST or len(form) > 200:
        raise DraftTooLong(form[:60])
    with store.writing() as connection:
        mine = (DRAFTS.c.login == login) & (DRAFTS.c.form == form)
        connection.execute(delete(DRAFTS).where(mine))
        kept = connection.execute(select(DRAFTS.c.form).where(DRAFTS.c.login == login)).all()
        if len(kept) >= MOST:
            raise DraftTooLong(form[:60])
        connection.execute(DRAFTS.insert(), [{"login": login, "form": form, "time": now(), "body": body}])


def kept(store: Store, login: str) -> dict[str, dict[str, str]]:
    """All drafts of a person by form, the newest first."""
    with store.reading() as connection:
        rows = connection.execute(
            select(DRAFTS).where(DRAFTS.c.login == login).order_by(DRAFTS.c.time.desc(), DRAFTS.c.form)
        ).all()
    return {row.form: json.loads(row.body) for row in rows}


def drop(store: Store, login: str, form: str) -> None:
    """Forget a draft; nothing where there is none."""
    with store.writing() as connection:
        connection.execute(delete(DRAFTS).where((DRAFTS.c.login == login) & (DRAFTS.c.form == form)))
