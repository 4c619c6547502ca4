"""The ways by which people are told: the operator's accounts with services that apprise knows.

An account is an apprise URL with ``{to}`` where the address of the one who is told goes. It holds
the secret, so it stands in the environment or in a file, and is never written out.
"""

from __future__ import annotations

import logging
import re
import threading
import time
import unicodedata
import warnings
from dataclasses import dataclass, field
from typing import Any

import apprise

from mapokezi.errors import ConfigurationError
from mapokezi.notify.addresses import with_address
from mapokezi.notify.results import Refused, Sent
from mapokezi.records.notices import ADDRESS_MARK, WayKind, is_one_address

_CONNECT_LIMIT_S = 10.0
_READ_LIMIT_S = 20.0
"""Of one answer; an SMS gateway hands on before it answers."""
_TOLERANCE_S = 0.5
_STATUS = re.compile(r"\berror=(\d{3})\b")
_SMS_STATUS = re.compile(r"\bstatusCode=(\d{3})\b")
_HOPELESS = frozenset({400, 404, 410, 413, 422})
"""HTTP statuses with which trying the same again is vain."""
_HOPELESS_SMS = frozenset({402, 403, 404, 406, 409})
"""Of one recipient (Africa's Talking: wrong sender, wrong number, kind of number, blocked)."""
_AFTER_SENDING = re.compile(
    r"Connection aborted|Connection broken|Read timed out|unexpectedly closed"
)
"""In the text of a fault (of requests, of smtplib): it came up when something had gone out."""
_CHATTY = ("urllib3", "requests", "requests_oauthlib", "oauthlib", "markdown", "MARKDOWN")
"""At the level of debugging they write out whole addresses, secrets and all."""


@dataclass(frozen=True, slots=True)
class WayAccount:
    """An account of the operator's."""

    name: str
    kind: WayKind
    url: str = field(repr=False)
    """An apprise URL, with `ADDRESS_MARK` behind its host unless it leads to one place only."""

    @property
    def takes_address(self) -> bool:
        """Whether it needs to be told whom to reach."""
        return ADDRESS_MARK in self.url

    def url_for(self, address: str) -> str:
        """The URL that reaches an address; nothing in the address can change the rest of it."""
        return with_address(self.url, address)


def check_account(account: WayAccount, variable: str) -> None:
    """See that an account's URL is one that can be used.

    Args:
        account: The account.
        variable: Where its URL was read from.

    Raises:
        ConfigurationError: Says what is wrong, without the URL.
    """
    scheme, marks, rest = account.url.partition("://")
    if not marks or not rest:
        raise ConfigurationError(f"{variable}: must be an apprise URL, as in mailtos://...")
    _prepare()
    if scheme.lower() not in _services():
        raise ConfigurationError(f'{variable}: "{scheme}://" is no kind of way that is known here')
    host = re.split(r"[/?]", rest, maxsplit=1)[0]
    if ADDRESS_MARK in host:
        raise ConfigurationError(
            f"{variable}: {ADDRESS_MARK} must stand behind the host, so that an address cannot "
            "change it"
        )


def send_by(
    account: WayAccount, address: str, title: str, text: str, sender: str
) -> Sent | Refused:
    """Send by a way. Blocks, for as long as the service lets us wait: run it beside the loop.

    Args:
        account: The way.
        address: Whom to reach.
        title: For ways that show one; empty for none.
        text: What to say.
        sender: In whose name, where the way shows one: the office's.
    """
    if account.takes_address and not is_one_address(address):
        return Refused("the address is not one", may_retry=False)
    _prepare()
    door = apprise.Apprise(asset=_asset(sender))
    service = apprise.Apprise.instantiate(account.url_for(address), asset=door.asset)
    if service is None:
        return Refused("the address is not one that this way takes", may_retry=False)
    service.socket_connect_timeout = _CONNECT_LIMIT_S
    service.socket_read_timeout = _READ_LIMIT_S
    door.add(service)
    _faults.came_after_sending = False
    began = time.monotonic()
    came = door.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT)
    if came:
        return Sent()
    said = "\n".join(entry.message for entry in came.logs())
    took_s = time.monotonic() - began
    is_mail = account.kind is WayKind.EMAIL
    # A mail server is read from within the limit that is named for connecting; of one that took
    # no mail at all apprise says that there was a connection error.
    limit_s = _CONNECT_LIMIT_S if is_mail else _READ_LIMIT_S
    went_out = not is_mail or "onnection error" not in said
    return _refusal(
        said,
        hung=went_out and took_s >= limit_s - _TOLERANCE_S,
        broke_off=went_out and _faults.came_after_sending,
    )


def _refusal(said: str, *, hung: bool, broke_off: bool) -> Refused:
    """Say in our own words what went wrong: apprise's hold addresses and names of vendors."""
    if found := _SMS_STATUS.search(said):
        code = int(found[1])
        return Refused(f"its service refused the number ({code})", code not in _HOPELESS_SMS)
    if found := _STATUS.search(said):
        code = int(found[1])
        return Refused(f"its service answered {code}", code not in _HOPELESS)
    if hung:
        return Refused("its service did not answer in time", maybe_arrived=True)
    if broke_off:
        return Refused("its service broke off before it answered", maybe_arrived=True)
    if "onnection error" in said:
        return Refused("its service could not be reached")
    return Refused("its service refused it")


def _asset(sender: str) -> apprise.AppriseAsset:
    """In whose name it goes out; nowhere does the name or a picture of apprise appear."""
    plain = unicodedata.normalize("NFKD", sender).encode("ascii", "ignore").decode() or "Reception"
    return apprise.AppriseAsset(
        app_id=" ".join(plain.split()),
        app_desc=" ".join(plain.split()),
        app_url="",
        image_url_mask="",
        image_url_logo="",
        image_path_mask="",
        async_mode=False,
        service_timeout=0,  # else it would wait in a pool of its own, which hanging services fill
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        pgp_autogen=False,
        pem_autogen=False,
    )


class _FaultsOfSending(threading.local):
    """Whether the fault of the attempt in this thread came up when something had gone out."""

    came_after_sending = False


_faults = _FaultsOfSending()


class _WarningsOnly(logging.Filter):
    """Lets warnings of apprise through; of its lines for debugging, a fault is looked at here.

    They hold addresses and secrets: no handler gets them, not apprise's own either, which keeps
    what it gets in memory and beyond a size in a file.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Drop what is below a warning."""
        if record.levelno < logging.WARNING:
            text = record.getMessage() if "Socket Exception" in str(record.msg) else ""
            if _AFTER_SENDING.search(text):
                _faults.came_after_sending = True
            return False
        return True


_loading = threading.Lock()
_loaded: list[bool] = []
_services: Any = apprise.NotificationManager
"""apprise's registry of services; it has no types."""


def _prepare() -> None:
    """Have apprise read its services, once, and keep its lines out of our log.

    Secrets stand in them, and in those of what it uses.
    """
    with _loading:
        if _loaded:
            return
        logger = logging.getLogger("apprise")
        logger.propagate = False
        logger.setLevel(logging.DEBUG)
        logger.addFilter(_WarningsOnly())
        logger.addHandler(logging.NullHandler())
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.ERROR)
        with warnings.catch_warnings():
            # Its e-mail service still imports imghdr, which Python 3.11 warns of. May go with 3.13.
            warnings.simplefilter("ignore", DeprecationWarning)
            _services().load_modules()
        _loaded.append(True)
