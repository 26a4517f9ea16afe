"""Settings from the environment and from files of secrets."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from config.environment import load_settings, rules_path
from config.errors import ConfigError
from config.settings import Settings

NOWHERE = Path("/nonexistent")


def _said(environ: dict[str, str], secrets_dir: Path = NOWHERE) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        load_settings(environ, secrets_dir=secrets_dir)
    return [str(one) for one in raised.value.findings]


def test_an_empty_environment_gives_the_defaults() -> None:
    """Nothing needs to be set; empty variables count as not set."""
    expected = Settings()
    assert load_settings({}, secrets_dir=NOWHERE) == expected
    empty = {f"SPENDWATCH_{name.upper()}": " " for name in Settings.model_fields}
    assert load_settings(empty, secrets_dir=NOWHERE) == expected


def test_every_setting_is_read_from_its_variable() -> None:
    """Each variable ends in its field, in the field's type."""
    environ = {
        "SPENDWATCH_KAFKA_BROKERS": "a:9092, [::1]:9093 ,",
        "SPENDWATCH_TOPIC_PREFIX": "staging.",
        "SPENDWATCH_PARTITIONS": "6",
        "SPENDWATCH_REPLICATION_FACTOR": "3",
        "SPENDWATCH_RULES": "/etc/rules.yaml",
        "SPENDWATCH_SLACK_TOKEN": " xoxb-1 ",
        "SPENDWATCH_SLACK_URL": "http://localhost:8080/api",
        "SPENDWATCH_SLACK_APP_TOKEN": "xapp-1",
        "SPENDWATCH_SLACK_SIGNING_SECRET": "signs",
        "SPENDWATCH_INTERACTIVITY_PORT": "8080",
        "SPENDWATCH_WEBHOOK_URL": "https://example.com/hook",
        "SPENDWATCH_WEBHOOK_URLS": '{"on-call": "https://example.com/2"}',
        "SPENDWATCH_TEAMS_URL": "https://example.com/teams",
        "SPENDWATCH_TEAMS_URLS": '{"search": "https://example.com/3"}',
        "SPENDWATCH_MAIL_FROM": "spendwatch@example.com",
        "SPENDWATCH_SMTP_URL": "smtps://user:password@mail.example.com",
        "SPENDWATCH_EVENTS_TOPIC": "finops.anomalies",
        "SPENDWATCH_EXTERNAL_URL": "https://wiki.example.com/spendwatch",
        "SPENDWATCH_INSTANCE": "worker-0",
        "SPENDWATCH_WEB_PORT": "8000",
        "SPENDWATCH_LOG_LEVEL": "WARNING",
        "PATH": "/bin",
    }
    settings = load_settings(environ, secrets_dir=NOWHERE)
    assert settings.slack_token is not None
    assert settings.webhook_url is not None
    assert settings.slack_token.get_secret_value() == "xoxb-1"
    assert settings.webhook_url.get_secret_value() == "https://example.com/hook"
    assert settings.slack_app_token is not None
    assert settings.slack_app_token.get_secret_value() == "xapp-1"
    assert settings.slack_signing_secret is not None
    assert settings.slack_signing_secret.get_secret_value() == "signs"
    secrets = {
        "slack_token",
        "slack_app_token",
        "slack_signing_secret",
        "webhook_url",
        "webhook_urls",
        "teams_url",
        "teams_urls",
        "smtp_url",
    }
    assert all(getattr(settings, name) for name in secrets)
    assert settings.webhook_urls["on-call"].get_secret_value() == "https://example.com/2"
    assert settings.model_dump(exclude=secrets) == {
        "kafka_brokers": ("a:9092", "[::1]:9093"),
        "kafka_check_crcs": True,
        "topic_prefix": "staging.",
        "partitions": 6,
        "replication_factor": 3,
        "rules": Path("/etc/rules.yaml"),
        "slack_url": "http://localhost:8080/api/",
        "interactivity_port": 8080,
        "mail_from": "spendwatch@example.com",
        "events_topic": "finops.anomalies",
        "external_url": "https://wiki.example.com/spendwatch",
        "instance": "worker-0",
        "web_port": 8000,
        "log_level": "warning",
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("KAFKA_BROKERS", "kafka", "'kafka' is no broker; write host:port, such as kafka-1:9092, without a scheme"),
        ("KAFKA_BROKERS", "a:1,kafka://b:9092", "'kafka://b:9092' is no broker; write host:port, such as kafka-1:9092, without a scheme"),
        ("KAFKA_BROKERS", "a:0", "'a:0' is no broker; write host:port, such as kafka-1:9092, without a scheme"),
        ("KAFKA_BROKERS", "a:65536", "'a:65536' is no broker; write host:port, such as kafka-1:9092, without a scheme"),
        ("KAFKA_BROKERS", ",", "write at least 1, for example `SPENDWATCH_KAFKA_BROKERS='kafka-1:9092,kafka-2:9092'` (found ',')"),
        ("TOPIC_PREFIX", "a b", "'a b' is no Kafka name; write letters, digits, `.`, `_` and `-` only"),
        ("TOPIC_PREFIX", "x" * 101, f"write at most 100 characters, for example `SPENDWATCH_TOPIC_PREFIX=staging.` (found '{'x' * 59}...)"),
        ("INSTANCE", "é", "'é' is no Kafka name; write letters, digits, `.`, `_` and `-` only"),
        ("PARTITIONS", "many", "write a whole number, for example `SPENDWATCH_PARTITIONS=12` (found 'many')"),
        ("PARTITIONS", "0", "write 1 or more, for example `SPENDWATCH_PARTITIONS=12` (found '0')"),
        ("WEB_PORT", "70000", "write 65535 or less, for example `SPENDWATCH_WEB_PORT=6066` (found '70000')"),
        ("WEB_PORT", "tcp://10.0.0.1:80", "is Kubernetes' link to a Service; set `enableServiceLinks: false` in the pod (found 'tcp://10.0.0.1:80')"),
        ("SLACK_URL", "slack.com/api", "'slack.com/api' is no URL; write for example https://slack.com/api/"),
        ("SLACK_URL", "https://", "'https://' is no URL; write for example https://slack.com/api/"),
        ("LOG_LEVEL", "warn", "write one of debug, info, warning, error (found 'warn')"),
        ("WEBHOOK_URL", "s3cret", "is no URL; write for example https://hooks.example.com/spendwatch"),
        ("WEBHOOK_URL", "tcp://s3cret", "is no URL; write for example https://hooks.example.com/spendwatch"),
        ("TEAMS_URL", "s3cret", "is no URL; write for example https://hooks.example.com/spendwatch"),
        ("WEBHOOK_URLS", '{"a": s3cret}', 'is no JSON (line 1, column 7: Expecting value); write an object of names and addresses, such as {"on-call": "https://..."}'),
        ("TEAMS_URLS", '{"a": "s3cret"}', "has no URL for 'a'; write for example https://hooks.example.com/spendwatch"),
        ("SMTP_URL", "smtp://user:s3cret@mail.test", "needs SPENDWATCH_MAIL_FROM too; set the address that mails come from"),
        ("SMTP_URL", "smtp://user:s3cret@mail.test?tls=1", "has an unknown option; write ?starttls=true, ?starttls=false or none"),
        ("MAIL_FROM", "Ann <a@b.test>", "'Ann <a@b.test>' is no mail address; write for example spendwatch@example.com"),
        ("EVENTS_TOPIC", "a b", "'a b' is no Kafka name; write letters, digits, `.`, `_` and `-` only"),
        ("EXTERNAL_URL", "wiki", "'wiki' is no URL; write for example https://wiki.example.com/spendwatch"),
        ("SLACK_TOKEN", "xoxb s3cret", "has spaces, line breaks or letters that a token cannot have; copy it again"),
        ("SLACK_TOKEM", "s3cret", "is unknown; did you mean SPENDWATCH_SLACK_TOKEN or SPENDWATCH_SLACK_APP_TOKEN?"),
        ("SLACK_APP_TOKEN", "xoxb-s3cret", "is no app-level token; write the one that begins with xapp-"),
        ("SLACK_APP_TOKEN", "xapp-s3cret", "needs SPENDWATCH_SLACK_TOKEN, the bot's token; set it as well"),
        ("SLACK_SIGNING_SECRET", "s3cret", "needs SPENDWATCH_SLACK_TOKEN, the bot's token; set it as well"),
        ("INTERACTIVITY_PORT", "8080", "needs SPENDWATCH_SLACK_SIGNING_SECRET, by which Slack is known; set it as well"),
        ("RULES_FILE", "r.yaml", "is unknown; did you mean SPENDWATCH_RULES?"),
        ("SECRETS_DIR", "/nonexistent", "is no folder; give the folder of the secrets (found '/nonexistent')"),
    ],
)  # fmt: skip
def test_a_bad_variable_is_named_with_a_remedy(name: str, value: str, said: str) -> None:
    """Each mistake gives one line that names the variable, and never holds a secret."""
    lines = _said({f"SPENDWATCH_{name}": value})
    assert lines == [f"environment: SPENDWATCH_{name}: {said}"]
    assert "s3cret" not in lines[0]


def test_all_findings_come_at_once() -> None:
    """One load tells everything that is wrong."""
    environ = {"SPENDWATCH_X": "1", "SPENDWATCH_PARTITIONS": "x", "SPENDWATCH_LOG_LEVEL": "x"}
    assert [one.split(": ")[1] for one in _said(environ)] == list(environ)


@pytest.mark.parametrize(
    "name",
    [
        "SPENDWATCH_TEST_KAFKA",
        "SPENDWATCH_SERVICE_HOST",
        "SPENDWATCH_SERVICE_PORT_HTTP",
        "SPENDWATCH_WEB_SERVICE_PORT",
        "SPENDWATCH_PORT_6066_TCP_ADDR",
        "OTHER_SLACK_TOKEM",
    ],
)
def test_variables_of_tests_and_of_kubernetes_pass(name: str) -> None:
    """What is surely no typing mistake stops no start."""
    environ = {name: "1", "SPENDWATCH_PORT": "tcp://10.0.0.1:80"}
    assert load_settings(environ, secrets_dir=NOWHERE) == Settings()


def test_secrets_are_taken_from_variable_then_file_then_folder(tmp_path: Path) -> None:
    """The nearest to the process wins; space around a secret is dropped."""
    folder = tmp_path / "secrets"
    folder.mkdir()
    folder.joinpath("spendwatch_slack_token").write_text("from-folder\n")
    folder.joinpath("spendwatch_log_level").write_text("debug")  # no secret: not read here
    file = tmp_path / "token"
    file.write_text("from-file\n")
    in_folder = {"SPENDWATCH_SECRETS_DIR": str(folder)}
    in_file = {**in_folder, "SPENDWATCH_SLACK_TOKEN_FILE": str(file)}
    in_variable = {**in_folder, "SPENDWATCH_SLACK_TOKEN": "from-variable"}
    for environ, expected in (
        (in_folder, "from-folder"),
        (in_file, "from-file"),
        (in_variable, "from-variable"),
    ):
        settings = load_settings(environ, secrets_dir=NOWHERE)
        assert settings.slack_token is not None
        assert settings.slack_token.get_secret_value() == expected
        assert settings.log_level == "info"
    assert load_settings({}, secrets_dir=folder) == load_settings(in_folder, secrets_dir=NOWHERE)


def test_a_secret_in_two_places_of_the_environment_is_refused(tmp_path: Path) -> None:
    """A variable and its file variable together are ambiguous."""
    environ = {"SPENDWATCH_SLACK_TOKEN": "a", "SPENDWATCH_SLACK_TOKEN_FILE": str(tmp_path)}
    said = "is set besides SPENDWATCH_SLACK_TOKEN_FILE; set one of them"
    assert _said(environ) == [f"environment: SPENDWATCH_SLACK_TOKEN: {said}"]


def test_a_missing_secret_file_is_said() -> None:
    """A file that a variable names must be there."""
    said = "cannot be read (No such file or directory); give a text file that the process may read"
    environ = {"SPENDWATCH_WEBHOOK_URL_FILE": "/nonexistent"}
    assert _said(environ) == [f"/nonexistent: SPENDWATCH_WEBHOOK_URL: {said}"]


def test_one_setting_is_given_for_a_name(tmp_path: Path) -> None:
    """A receiver called default stands in one of the two settings, whatever each is read from."""
    file = tmp_path / "spendwatch_webhook_urls"
    file.write_text('{"default": "https://example.com/s3cret"}\n')
    assert load_settings({}, secrets_dir=tmp_path).webhook_urls.keys() == {"default"}

    said = "has 'default' besides SPENDWATCH_WEBHOOK_URL; give it in one of them"
    environ = {"SPENDWATCH_WEBHOOK_URL": "https://example.com/1"}
    assert _said(environ, tmp_path) == [f"{file}: SPENDWATCH_WEBHOOK_URLS: {said}"]


def test_a_sender_that_is_wrong_is_said_once() -> None:
    """The mail server does not complain of a sender that is a finding itself."""
    environ = {"SPENDWATCH_SMTP_URL": "smtp://mail.test", "SPENDWATCH_MAIL_FROM": "ann"}
    assert len(_said(environ)) == 1


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"two words"])
def test_a_bad_secret_file_is_named_without_its_content(tmp_path: Path, content: bytes) -> None:
    """Empty, binary and broken files are findings, from a variable as from a folder."""
    file = tmp_path / "spendwatch_slack_token"
    file.write_bytes(content)
    for said in (
        _said({"SPENDWATCH_SLACK_TOKEN_FILE": str(file)}),
        _said({}, secrets_dir=tmp_path),
    ):
        assert len(said) == 1
        assert str(tmp_path) in said[0]
        assert "two words" not in said[0]


def test_secrets_are_never_printed() -> None:
    """No usual way to print settings, or an error about them, shows a secret."""
    environ = {
        "SPENDWATCH_SLACK_TOKEN": "xoxb-s3cret",
        "SPENDWATCH_WEBHOOK_URL": "https://hook.example.com/s3cret",
        "SPENDWATCH_TEAMS_URLS": '{"search": "https://hook.example.com/s3cret"}',
        "SPENDWATCH_MAIL_FROM": "spendwatch@example.com",
        "SPENDWATCH_SMTP_URL": "smtp://user:s3cret@mail.example.com",
    }
    settings = load_settings(environ, secrets_dir=NOWHERE)
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "s3cret" not in text
    assert "s3cret" not in str(settings.model_dump())
    assert all("s3cret" not in one for one in _said({**environ, "SPENDWATCH_PARTITIONS": "x"}))
    with pytest.raises(ValidationError) as raised:
        Settings.model_validate({"slack_token": "xoxb s3cret"})
    assert "s3cret" not in str(raised.value)


def test_the_constructor_reads_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings made in code do not depend on the process; only `load_settings` reads it."""
    monkeypatch.setenv("SPENDWATCH_PARTITIONS", "7")
    assert Settings().partitions == 12
    assert load_settings(secrets_dir=NOWHERE).partitions == 7


def test_the_path_of_the_rules_is_known_even_if_the_rest_is_wrong() -> None:
    """A check of the rules does not wait for the settings to be right."""
    assert rules_path({"SPENDWATCH_RULES": "r.yaml", "SPENDWATCH_X": "1"}) == Path("r.yaml")
    assert rules_path({"SPENDWATCH_RULES": ""}) is None
