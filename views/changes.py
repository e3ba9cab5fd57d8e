"""Word of what comes into the journal, for open screens: one line a page, one look at the journal a moment for all."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import anyio
from starlette.types import ASGIApp, Receive, Scope, Send

from geodata.journal import current
from views import catalog
from views.catalog import Known

PATH = "/changes"
SECONDS = 0.1
"""Between two looks at the journal while somebody listens."""
MOST = 1000
"""Lines that are held open at once."""


class Changes:
    """A layer round the app: a websocket that says the version of what is shown, and says it anew when it changes."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before `app`."""
        self.app = app
        self._said = ""
        self._listeners: set[asyncio.Event] = set()
        self._watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer those who listen; all else is for the app."""
        if scope["type"] != "websocket" or not scope["path"].endswith(PATH):
            await self.app(scope, receive, send)
        elif not current.where() or len(self._listeners) >= MOST:
            await send({"type": "websocket.close", "code": 1000})
        else:
            await receive()
            await send({"type": "websocket.accept"})
            await self._tell(receive, send)

    async def _tell(self, receive: Receive, send: Send) -> None:
        changed = asyncio.Event()
        leaving = asyncio.create_task(_gone(receive))
        self._listeners.add(changed)
        try:
            if self._watch is None or self._watch.done():
                self._watch = asyncio.create_task(self._look())
            while not leaving.done():
                if self._said:
                    await send({"type": "websocket.send", "text": self._said})
                changed.clear()
                waiting = asyncio.create_task(changed.wait())
                await asyncio.wait((leaving, waiting), return_when=asyncio.FIRST_COMPLETED)
                waiting.cancel()
        except OSError:
            pass
        finally:
            self._listeners.discard(changed)
            leaving.cancel()

    async def _look(self) -> None:
        """Until nobody listens any more. A journal that is away for a while is looked at again."""
        while self._listeners:
            now = self._said
            with suppress(OSError):
                now = await anyio.to_thread.run_sync(_versions)
            if now != self._said:
                self._said = now
                for each in self._listeners:
                    each.set()
            await asyncio.sleep(SECONDS)


def _versions() -> str:
    """The version of what everybody sees, and of what is seen with proposals."""
    # With proposals, what was decided about them is seen too.
    return f"{catalog.version()} {catalog.version(Known(proposed=True))}-{current.head()[0]}"


async def _gone(receive: Receive) -> None:
    """Whatever a page says is passed over; until it closes its end."""
    with suppress(OSError):
        while (await receive())["type"] != "websocket.disconnect":
            pass
