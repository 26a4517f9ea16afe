"""Post JSON to receivers that the rules call by name; their addresses are secrets."""

from collections.abc import Mapping
from typing import Final

import aiohttp
from pydantic import SecretStr

from alerting.sinks.errors import Permanent, Transient
from alerting.sinks.http import may_pass, retry_after
from config.named_urls import DEFAULT

TIMEOUT: Final = 15.0  # seconds for a request
_JSON: Final = {"Content-Type": "application/json"}
_GONE: Final = {401, 403, 404, 410}  # all that is posted to such an address is refused


class Receivers:
    """Addresses by name, one setting for the one called ``default`` and one for all others.

    A request stands alone: no redirect is followed, and nothing is tried again.

    Args:
        kind: what they are, as errors say it: ``webhook``.
        setting: the variable of the one called ``default``; the others' has an ``S`` behind it.
        urls: addresses by name.
        timeout: seconds for a request.
    """

    def __init__(
        self, kind: str, setting: str, urls: Mapping[str, str], timeout: float = TIMEOUT
    ) -> None:
        self._kind = kind
        self._setting = setting
        self._urls = urls
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None

    async def post(self, name: str, body: bytes, remedy: str) -> None:
        """Post a JSON document to the receiver of a name; ``remedy`` is what else a refusal may come from.

        Raises:
            Transient: if it may be tried again.
            Permanent: if a person has to mend something first.
        """
        url = self._url(name)
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
        request = self._session.post(url, data=body, headers=_JSON, allow_redirects=False)
        try:
            async with request as answer:
                status, headers = answer.status, answer.headers
        except (aiohttp.InvalidURL, UnicodeError):
            text = f"the address of {self._kind} {name} is no URL: correct {self._variable(name)}"
            raise Permanent(text, of_channel=True) from None  # the error would show the address
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            text = f"{self._kind} {name} does not answer ({type(error).__name__})"
            raise Transient(text) from None  # it would show the host
        if may_pass(status):
            text = f"{self._kind} {name} is busy or out of order (status {status})"
            raise Transient(text, retry_after(headers))
        if not 200 <= status < 300:
            mend = f"correct {self._variable(name)}, or {remedy}"
            text = f"{self._kind} {name} refused a message with status {status}: {mend}"
            raise Permanent(text, of_channel=status in _GONE or status < 400)

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _url(self, name: str) -> str:
        url = self._urls.get(name)
        if url is None:
            known = ", ".join(sorted(self._urls))
            text = f"there is no {self._kind} {name!r}: add it to {self._variable(name)} or call it in the rules by one of: {known}"
            raise Permanent(text, of_channel=True)
        return url

    def _variable(self, name: str) -> str:
        """The variable that has, or should have, the address of a name."""
        return self._setting if name == DEFAULT else f"{self._setting}S"


def by_name(single: SecretStr | None, more: Mapping[str, SecretStr]) -> dict[str, str]:
    """The addresses of both settings."""
    found = {} if single is None else {DEFAULT: single.get_secret_value()}
    return found | {name: url.get_secret_value() for name, url in more.items()}
