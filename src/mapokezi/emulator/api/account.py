"""The account's endpoints: wallet, prices, webhooks, conferences' commands, uploads (section 7)."""

from __future__ import annotations

import secrets
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from mapokezi.emulator.api.envelope import Guard, Refused, bare_failure, body_of
from mapokezi.emulator.billing import CURRENCY, NUMBER_MONTHLY_MINOR, RECORDING_FREE_GB
from mapokezi.emulator.conferences import CommandRefused, command
from mapokezi.emulator.platform import Platform
from mapokezi.emulator.subscriptions import KINDS, Subscriptions

MOST_UPLOAD_BYTES = 10_000_000
_SOUNDS = {b"RIFF": ("wav", "audio/wav"), b"ID3": ("mp3", "audio/mpeg")}


class AccountApi:
    """Everything that is neither a call nor a number."""

    def __init__(self, platform: Platform, guard: Guard, subscriptions: Subscriptions) -> None:
        self._platform, self._guard = platform, guard
        self._subscriptions = subscriptions

    def routes(self) -> list[Route]:
        """All of them."""
        read, open_ = "wallet.read", self._guard
        return [
            Route("/v1/wallet", open_(self.wallet, read), methods=["GET"]),
            Route("/v1/wallet/balance", open_(self.wallet, read), methods=["GET"]),
            Route("/v1/wallet/threshold", open_(self.threshold, read), methods=["PATCH", "PUT"]),
            Route("/v1/topups", open_(self.top_up), methods=["POST"]),
            Route("/v1/public/pricing", self.pricing, methods=["GET"]),
            Route("/v1/webhooks", open_(self.list_webhooks), methods=["GET"]),
            Route("/v1/webhooks", open_(self.subscribe), methods=["POST"]),
            Route("/v1/webhooks/{id}", open_(self.unsubscribe), methods=["DELETE"]),
            Route("/v1/webhooks/{id}/rotate-secret", open_(self.rotate), methods=["POST"]),
            Route("/v1/conferences/{room}/commands", open_(self.command), methods=["POST"]),
            Route("/v1/uploads/audio", open_(self.upload, "numbers.claim"), methods=["POST"]),
            Route("/uploads/{name}", self.download, methods=["GET"]),
        ]

    async def wallet(self, request: Request) -> Response:
        """What is left."""
        board = self._platform.switchboard
        return JSONResponse(board.wallet.as_row(board.modes.platform))

    async def threshold(self, request: Request) -> Response:
        """Below which balance it is told."""
        board = self._platform.switchboard
        board.wallet.low_minor = _minor(await body_of(request), "threshold_minor")
        return JSONResponse(board.wallet.as_row(board.modes.platform))

    async def top_up(self, request: Request) -> Response:
        """Put money in; here it arrives at once."""
        body = await body_of(request)
        if body.get("currency", CURRENCY) != CURRENCY:
            raise Refused(400, "currency.unsupported", f"the wallet is in {CURRENCY}")
        amount = _minor(body, "amount_minor")
        self._platform.switchboard.wallet.top_up(amount)
        return JSONResponse({"status": "completed", "amount_minor": amount}, 201)

    async def pricing(self, request: Request) -> Response:
        """What things cost; no key is asked for."""
        modes = self._platform.switchboard.modes.platform
        return JSONResponse(
            {
                "currency": CURRENCY,
                "number_monthly_kes": NUMBER_MONTHLY_MINOR / 100,
                "outbound_per_min_kes": modes.outbound_per_min / 100,
                "inbound_per_min_kes": modes.inbound_per_min / 100,
                "recording_free_gb": RECORDING_FREE_GB,
            }
        )

    async def list_webhooks(self, request: Request) -> Response:
        """The workspace's webhooks."""
        return JSONResponse({"webhooks": [one.as_row() for one in self._subscriptions.all()]})

    async def subscribe(self, request: Request) -> Response:
        """Subscribe a URL; its secret is shown this once."""
        body = await body_of(request)
        url, kinds = str(body.get("url", "")), body.get("events")
        if not url.startswith(("http://", "https://")) or not isinstance(kinds, list):
            raise Refused(400, "webhooks.invalid", "url and events[] are wanted")
        unknown = [str(kind) for kind in kinds if kind not in KINDS]
        if unknown:
            raise Refused(400, "webhooks.invalid_event", f"cannot be subscribed to: {unknown[0]}")
        made = self._subscriptions.add(url, tuple(kinds))
        return JSONResponse({**made.as_row(), "secret": made.secret}, 201)

    async def unsubscribe(self, request: Request) -> Response:
        """Take a webhook away."""
        if not self._subscriptions.remove(request.path_params["id"]):
            raise Refused(404, "webhooks.not_found", "no webhook has this id")
        return Response(status_code=204)

    async def rotate(self, request: Request) -> Response:
        """Give a webhook a new secret, shown this once."""
        rotated = self._subscriptions.rotate(request.path_params["id"])
        if rotated is None:
            raise Refused(404, "webhooks.not_found", "no webhook has this id")
        return JSONResponse({"id": rotated.id, "secret": rotated.secret})

    async def command(self, request: Request) -> Response:
        """Mute, unmute, put out, or end a conference."""
        try:
            done = command(
                self._platform.switchboard, request.path_params["room"], await body_of(request)
            )
        except CommandRefused as refused:
            raise Refused(refused.status, refused.code, str(refused)) from None
        return JSONResponse(done)

    async def upload(self, request: Request) -> Response:
        """Keep a sound that Play may fetch; multipart, field ``file``."""
        content = _file_in(request.headers.get("content-type", ""), await request.body())
        if content is None or len(content) > MOST_UPLOAD_BYTES:
            raise Refused(400, "uploads.invalid", "a multipart body with a file is wanted")
        kind = next((sound for mark, sound in _SOUNDS.items() if content.startswith(mark)), None)
        if kind is None:
            raise Refused(400, "uploads.unsupported", "a WAV or MP3 file is wanted")
        name = f"{secrets.token_hex(12)}.{kind[0]}"
        folder = self._folder()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
        url = f"{self._platform.switchboard.public_url}/uploads/{name}"
        return JSONResponse({"url": url, "size_bytes": len(content), "mime_type": kind[1]}, 201)

    async def download(self, request: Request) -> Response:
        """A sound that was uploaded."""
        path = self._folder() / Path(request.path_params["name"]).name
        if not path.is_file():
            return bare_failure(404, "not_found", "no such file")
        return FileResponse(path)

    def _folder(self) -> Path:
        return self._platform.switchboard.recordings / "uploads"


def _minor(body: dict[str, Any], name: str) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise Refused(400, "invalid_request", f"{name} is a number of minor units")
    return value


def _file_in(content_type: str, body: bytes) -> bytes | None:
    """The first file of a multipart body."""
    if not content_type.startswith("multipart/form-data"):
        return None
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        if part.get_param("name", header="content-disposition") == "file":
            content = part.get_payload(decode=True)
            return content if isinstance(content, bytes) else None
    return None
