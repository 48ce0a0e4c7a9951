"""What a web process keeps while it works: jobs under way, pictures drawn, months counted. None of it is the record."""

from __future__ import annotations

from console.jobs import Jobs
from console.pictures.closed import Closed
from console.pictures.gallery import Gallery


class Workshop:
    """One for each process; it ends with it."""

    def __init__(self) -> None:
        self.jobs = Jobs()
        self.gallery = Gallery()
        self.closed = Closed()

    async def end(self) -> None:
        """Give up what is not done, and end the processes that were started."""
        await self.jobs.end()
        await self.gallery.end()
