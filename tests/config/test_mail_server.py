"""The mail server as a URL."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.mail_server import MailServer, is_mail_address, read_mail_server


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.test", MailServer("mail.test", 587, "starttls")),
        ("smtp://mail.test:25?starttls=false", MailServer("mail.test", 25, "none")),
        ("smtp://mail.test:25/?starttls=TRUE", MailServer("mail.test", 25, "starttls")),
        ("smtps://mail.test", MailServer("mail.test", 465, "tls")),
        ("smtp://u:p@[::1]:2525", MailServer("::1", 2525, "starttls", "u", "p")),
        (
            "smtps://ann%40x.test:a%2Fb%40%3F@mail.test",
            MailServer("mail.test", 465, "tls", "ann@x.test", "a/b@?"),
        ),
    ],
)
def test_where_and_how(url: str, server: MailServer) -> None:
    """Ports have the usual defaults, and nothing goes unencrypted unless that is asked for."""
    assert server == read_mail_server(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.test:587", "is no address of a mail server"),
        ("https://user:s3cret@mail.test", "is no address of a mail server"),
        ("smtp://", "is no address of a mail server"),
        ("smtp://user:s3/cret@mail.test", "written %2F"),
        ("smtp://user:s3#cret@mail.test", "written %2F"),
        ("smtp://user:s3cret@mail.test:99999", "is no address of a mail server"),
        ("smtp://user:s3cret@mail.test:0", "has a port 0"),
        ("smtp://user:s3cret@mail test", "or a space"),
        ("smtp://user:s3cret@mail.test/path", "behind the port"),
        ("smtp://user@mail.test", "a user without a password"),
        ("smtp://:s3cret@mail.test", "a password without a user"),
        ("smtp://mail.test?startls=true", "an unknown option"),
        ("smtp://mail.test?starttls=maybe", "an unknown value of starttls"),
        ("smtp://mail.test?starttls=true&starttls=false", "an unknown option"),
        ("smtps://mail.test?starttls=true", "needs not"),
    ],
)
def test_mistakes_are_said_without_the_secret(url: str, said: str) -> None:
    """Each mistake has a line that says what would be right, and shows nothing of the URL."""
    with pytest.raises(ValueError, match=said) as caught:
        read_mail_server(url)

    assert "s3" not in str(caught.value)


def test_the_password_is_not_shown() -> None:
    """What prints a server prints no password."""
    assert "s3cret" not in repr(read_mail_server("smtp://user:s3cret@mail.test"))


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("ann@example.com", True),
        ("ann.lee+cost@mail.example.co.uk", True),
        ("root@localhost", True),
        ("Ann <ann@example.com>", False),
        ("ann@example.com, bob@example.com", False),
        ("ann", False),
        ("@example.com", False),
        (".ann@example.com", False),
        ("a..b@example.com", False),
        ("ann@exa mple.com", False),
        ("ann@example.com\nBcc: bob@example.com", False),
        ("ann@example.com\n", False),
        ("änn@example.com", False),
        ("#search-alerts", False),
    ],
)
def test_mail_addresses(text: str, *, is_one: bool) -> None:
    """A bare address with nothing around it."""
    assert is_one == is_mail_address(text)


@given(st.text(alphabet="smtp:/@?#%[]0123.= \n"))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands there, it gives a server or one error."""
    with suppress(ValueError):
        read_mail_server(f"smtp://{text}")
