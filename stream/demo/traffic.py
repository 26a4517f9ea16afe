"""The simulated company's LLM traffic: eight features of five teams, one CloudEvent a minute for each."""

from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from stream.demo import hidden
from stream.demo.hidden import HiddenEvent
from stream.demo.rhythm import OFFICE, SERVERS, SHOPPERS, Rhythm, Times, drift, generator, wobble

HEADERS: Final = (("content-type", b"application/cloudevents+json"),)

_MINUTE_NOISE: Final = 0.07
_HOUR_NOISE: Final = 0.05
_TOKEN_NOISE: Final = 0.03

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Feature:
    """A feature that calls one model. Requests are a minute's mean, tokens are a request's."""

    service: str
    owner: str
    provider: str
    model: str
    api_key: str
    requests: float
    input_tokens: float
    cached: float  # share of the input
    output_tokens: float
    rhythm: Rhythm
    environment: str = "production"
    says_team: bool = True  # otherwise only the API key tells whose it is


FEATURES: Final = (
    Feature(
        "query-rewriter", "search", "openai", "gpt-4o-mini", "search-prod",
        60, 450, 0.5, 60, SHOPPERS,
    ),
    Feature(
        "answer-cards", "search", "openai", "gpt-4o", "search-prod",
        14, 2200, 0.4, 280, SHOPPERS,
    ),
    Feature(
        hidden.STORM_SERVICE, "customer-care", "anthropic", "claude-sonnet-4-5", "care-assistant",
        24, 3500, 0.6, 350, SERVERS,
    ),
    Feature(
        "ticket-triage", "customer-care", "openai", "gpt-4o-mini", "care-triage",
        18, 900, 0.3, 40, OFFICE,
    ),
    Feature(
        "fraud-explainer", "checkout", "openai", "gpt-4o", "fraud-prod",
        6, 1800, 0.2, 220, SHOPPERS, says_team=False,
    ),
    Feature(
        "product-copy", "recommendations", "anthropic", "claude-haiku-4-5", "catalogue-copy",
        9, 1200, 0.0, 420, OFFICE,
    ),
    Feature(
        "code-review", "platform", "anthropic", "claude-sonnet-4-5", "ci-review",
        4, 9000, 0.5, 900, OFFICE,
    ),
    Feature(
        "release-notes", "platform", "openai", "gpt-4o-mini", "ci-notes",
        0.9, 2500, 0.0, 300, OFFICE, environment="staging", says_team=False,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Traffic:
    """One feature's minutes: counts for each time, and the bytes that they are written into."""

    template: bytes
    requests: list[int]
    input_tokens: list[int]
    cache_read_tokens: list[int]
    output_tokens: list[int]

    def event(self, i: int, time: int, stamp: bytes) -> bytes | None:
        """The CloudEvent of minute ``i``; None if nothing was asked in it."""
        requests = self.requests[i]
        if requests == 0:
            return None
        return self.template % (
            time,
            stamp,
            requests,
            self.input_tokens[i],
            self.cache_read_tokens[i],
            self.output_tokens[i],
        )


def traffic(feature: Feature, times: Times, seed: int, storm: HiddenEvent) -> Traffic:
    """What a feature does in each minute of ``times``; only the storm's own feature has the storm."""
    random = generator(seed, feature.service)
    load = feature.rhythm.load(times) * drift(random, times, _HOUR_NOISE)
    per_minute = feature.requests * load * wobble(random, times.size, _MINUTE_NOISE)
    output_per_request = feature.output_tokens * wobble(random, times.size, _TOKEN_NOISE)
    if feature.service == storm.service:
        per_minute *= hidden.request_factor(storm, times)
        output_per_request *= hidden.output_factor(storm, times)
    requests = _whole(per_minute, random)
    input_tokens = requests * feature.input_tokens * wobble(random, times.size, _TOKEN_NOISE)
    return Traffic(
        template=_template(feature),
        requests=requests.tolist(),
        input_tokens=np.rint(input_tokens).astype(np.int64).tolist(),
        cache_read_tokens=np.floor(input_tokens * feature.cached).astype(np.int64).tolist(),
        output_tokens=np.rint(requests * output_per_request).astype(np.int64).tolist(),
    )


def _whole(values: npt.NDArray[np.float64], random: np.random.Generator) -> Counts:
    """Whole numbers with the same mean: the fraction is the chance of one more."""
    return np.floor(values + random.random(values.size)).astype(np.int64)


def _template(feature: Feature) -> bytes:
    """The event as JSON, with places for time, stamp and the four counts."""
    data = {
        "provider": feature.provider,
        "model": feature.model,
        "service": feature.service,
        "environment": feature.environment,
        "api_key": feature.api_key,
    }
    if feature.says_team:
        data["team"] = feature.owner
    envelope = {
        "specversion": "1.0",
        "type": "spendwatch.usage.v1",
        "source": f"/llm-gateway/{feature.service}",
        "datacontenttype": "application/json",
    }
    return (
        b'%b,"id":"%b-%%d","time":"%%b","data":%b,"requests":%%d,"input_tokens":%%d,'
        b'"cache_read_tokens":%%d,"output_tokens":%%d}}'
        % (
            msgspec.json.encode(envelope)[:-1],
            feature.service.encode(),
            msgspec.json.encode(data)[:-1],
        )
    )
