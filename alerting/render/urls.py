"""Whether an address may become a link."""

import re
from typing import Final

MAX_URL: Final = 2_000  # characters; browsers and chats take as much
# No blanks, no double quotes, no bars and nothing else that ends an address in Slack or in HTML.
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.\-]+(:[0-9]{1,5})?([/?#][!#-;=?-\[\]_a-z~]*)?")


def is_link(url: str) -> bool:
    """Whether it is an http or https address without anything that could end a link."""
    return len(url) <= MAX_URL and _ADDRESS.fullmatch(url) is not None
