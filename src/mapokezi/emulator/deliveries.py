"""Delivers events at least once: attempts, waits by the emulated clock, dead letters."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from mapokezi.emulator.behaviour import Behaviour
from mapokezi.emulator.clock import Clock
from mapokezi.emulator.events import Event, write_event
from mapokezi.emulator.mode_values.posts import Posting, Retries
from mapokezi.emulator.webhooks import Post, WebhookAnswer, Webhooks

WAITS_S = {
    Retries.DAYS: (30.0, 120.0, 600.0, 1_800.0, 7_200.0, 21_600.0, 86_400.0),
    Retries.SECONDS: (1.0, 2.0, 4.0, 8.0),
    Retries.NONE: (),
}
"""Between one attempt and the next, before jitter."""
LATE_S = 3.0
"""How late a late post is."""
SHUFFLED_S = 2.0
"""A shuffled post waits for up to this."""
MOST_REMEMBERED = 1_000


@dataclass(slots=True)
class Delivery:
    """One event on its way to one URL."""

    event_id: str
    kind: str
    post: Post
    modes: Behaviour
    attempts: list[int] = field(default_factory=list)
    """The status of each attempt; 0: no answer."""
    state: str = "sending"
    """``sending``, ``delivered``, ``waiting`` or ``dead_letter``."""

    def as_row(self) -> dict[str, Any]:
        """As it is shown."""
        return {
            "event_id": self.event_id,
            "kind": self.kind,
            "url": self.post.url,
            "attempts": self.attempts,
            "state": self.state,
        }


class Deliveries:
    """All deliveries of one platform."""

    def __init__(self, webhooks: Webhooks, clock: Clock) -> None:
        self._webhooks, self._clock = webhooks, clock
        self._random = random.Random(1)  # noqa: S311  jitter, the same in each run
        self._tasks: set[asyncio.Task[None]] = set()
        self.log: deque[Delivery] = deque(maxlen=MOST_REMEMBERED)
        """The latest ones, the newest last."""

    def prepare(self, event: Event, url: str, secret: str, modes: Behaviour) -> Delivery:
        """Write an event for a URL; it is not sent yet."""
        content_type, body, headers = write_event(event, modes)
        post = Post(url, content_type, body, secret, headers)
        delivery = Delivery(event.event_id, event.kind, post, modes)
        self.log.append(delivery)
        return delivery

    def send(self, delivery: Delivery) -> None:
        """Deliver in the background, with all its retries."""
        self._start(self._deliver(delivery))

    async def first_attempt(self, delivery: Delivery) -> WebhookAnswer:
        """Make the first attempt now; retries follow in the background."""
        answer = await self._attempt(delivery)
        if delivery.state != "delivered":
            self._start(self._retry(delivery))
        return answer

    def wait_s(self, way: Posting) -> float:
        """How long a post waits before it goes out, in emulated seconds."""
        if way is Posting.LATE:
            return LATE_S
        return self._random.uniform(0.0, SHUFFLED_S) if way is Posting.SHUFFLED else 0.0

    async def close(self) -> None:
        """Give up all retries."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, delivery: Delivery) -> None:
        await self._attempt(delivery)
        if delivery.state != "delivered":
            await self._retry(delivery)

    async def _attempt(self, delivery: Delivery) -> WebhookAnswer:
        answer = await self._webhooks.post(delivery.post, delivery.modes)
        delivery.attempts.append(answer.status)
        if answer.is_good:
            delivery.state = "delivered"
        return answer

    async def _retry(self, delivery: Delivery) -> None:
        delivery.state = "waiting"
        for wait_s in WAITS_S[delivery.modes.event_retries]:
            await self._clock.sleep(self._random.uniform(0.0, wait_s))
            await self._attempt(delivery)
            if delivery.state == "delivered":
                return
        delivery.state = "dead_letter"
