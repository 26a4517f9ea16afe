"""The fields of a usage document that are read: this project's names, and OpenTelemetry's new and old ones."""

import msgspec
from msgspec import field

from stream.formats.counts import Count
from stream.formats.text import Scalar

ABSENT = msgspec.Raw()


class Document(msgspec.Struct, gc=False):
    """The fields that are read; of several names of one field the first that is there counts."""

    id: Scalar = None
    time: Scalar = None
    timestamp: Scalar = None
    provider: Scalar = None
    otel_provider: Scalar = field(default=None, name="gen_ai.provider.name")
    otel_system: Scalar = field(default=None, name="gen_ai.system")
    model: Scalar = None
    otel_response_model: Scalar = field(default=None, name="gen_ai.response.model")
    otel_request_model: Scalar = field(default=None, name="gen_ai.request.model")
    service: Scalar = None
    otel_service: Scalar = field(default=None, name="service.name")
    requests: Count = None
    input_tokens: Count = None
    otel_input: Count = field(default=None, name="gen_ai.usage.input_tokens")
    otel_prompt: Count = field(default=None, name="gen_ai.usage.prompt_tokens")
    prompt_tokens: Count = None
    cache_read_tokens: Count = None
    otel_cache_read: Count = field(default=None, name="gen_ai.usage.cache_read.input_tokens")
    otel_cache_read_old: Count = field(default=None, name="gen_ai.usage.cache_read_input_tokens")
    cache_write_tokens: Count = None
    otel_cache_write: Count = field(default=None, name="gen_ai.usage.cache_creation.input_tokens")
    otel_cache_write_old: Count = field(
        default=None, name="gen_ai.usage.cache_creation_input_tokens"
    )
    output_tokens: Count = None
    otel_output: Count = field(default=None, name="gen_ai.usage.output_tokens")
    otel_completion: Count = field(default=None, name="gen_ai.usage.completion_tokens")
    completion_tokens: Count = None
    cost: msgspec.Raw = ABSENT
    currency: Scalar = None
    api_key: Scalar = None
    account: Scalar = None
    project: Scalar = None
    region: Scalar = None
    environment: Scalar = None
    otel_environment: Scalar = field(default=None, name="deployment.environment.name")
    team: Scalar = None
    tags: msgspec.Raw = ABSENT
