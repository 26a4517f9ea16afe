"""One made-up event of each format of AI usage, and how to wrap a model's reply."""

import json
from typing import Any

START = 1743465600  # 2025-04-01T00:00:00Z
DAY = 86_400

CHAT: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": START,
    "model": "gpt-4o-2024-08-06",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "No."},
            "finish_reason": "stop",
        }
    ],
    "usage": {
        "prompt_tokens": 1200,
        "completion_tokens": 80,
        "total_tokens": 1280,
        "prompt_tokens_details": {"cached_tokens": 900, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 30},
    },
}
RESPONSE: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": START,
    "status": "completed",
    "model": "gpt-5",
    "output": [],
    "usage": {
        "input_tokens": 300,
        "input_tokens_details": {"cached_tokens": 100, "cache_write_tokens": 50},
        "output_tokens": 20,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 320,
    },
    "metadata": {"service": "search", "team": "relevance"},
}
EMBEDDINGS: dict[str, Any] = {
    "object": "list",
    "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2]}],
    "model": "text-embedding-3-small",
    "usage": {"prompt_tokens": 4, "total_tokens": 4},
}
MESSAGE: dict[str, Any] = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5",
    "content": [{"type": "text", "text": "No."}],
    "stop_reason": "end_turn",
    "usage": {
        "input_tokens": 100,
        "cache_read_input_tokens": 900,
        "cache_creation_input_tokens": 200,
        "cache_creation": {"ephemeral_5m_input_tokens": 150, "ephemeral_1h_input_tokens": 50},
        "output_tokens": 80,
        "service_tier": "standard",
    },
}
GEMINI: dict[str, Any] = {
    "candidates": [
        {"content": {"role": "model", "parts": [{"text": "No."}]}, "finishReason": "STOP"}
    ],
    "usageMetadata": {
        "promptTokenCount": 100,
        "cachedContentTokenCount": 60,
        "toolUsePromptTokenCount": 20,
        "candidatesTokenCount": 10,
        "thoughtsTokenCount": 40,
        "totalTokenCount": 170,
    },
    "modelVersion": "gemini-2.5-flash",
    "createTime": "2025-04-01T00:00:00.5Z",
    "responseId": "r-1",
}
OPENAI_USAGE: dict[str, Any] = {
    "object": "page",
    "data": [
        {
            "object": "bucket",
            "start_time": START,
            "end_time": START + DAY,
            "results": [
                {
                    "object": "organization.usage.completions.result",
                    "input_tokens": 1000,
                    "input_cached_tokens": 400,
                    "input_cache_write_tokens": 100,
                    "output_tokens": 500,
                    "num_model_requests": 5,
                    "project_id": "proj_1",
                    "user_id": None,
                    "api_key_id": "key_1",
                    "model": "gpt-4o",
                    "batch": False,
                }
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}
OPENAI_COSTS: dict[str, Any] = {
    "object": "page",
    "data": [
        {
            "object": "bucket",
            "start_time": START,
            "end_time": START + DAY,
            "results": [
                {
                    "object": "organization.costs.result",
                    "amount": {"value": 0.0600000000000001, "currency": "usd"},
                    "line_item": "gpt-4o-2024-08-06, cached input",
                    "project_id": "proj_1",
                    "project_name": "Search",
                    "organization_id": "org-1",
                }
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}
ANTHROPIC_USAGE: dict[str, Any] = {
    "data": [
        {
            "starting_at": "2025-04-01T00:00:00Z",
            "ending_at": "2025-04-01T01:00:00Z",
            "results": [
                {
                    "uncached_input_tokens": 100_000,
                    "cache_creation": {
                        "ephemeral_5m_input_tokens": 20_000,
                        "ephemeral_1h_input_tokens": 30_000,
                    },
                    "cache_read_input_tokens": 300_000,
                    "output_tokens": 5_000,
                    "server_tool_use": {"web_search_requests": 0},
                    "api_key_id": "apikey_1",
                    "workspace_id": "wrkspc_1",
                    "model": "claude-sonnet-4-5",
                    "service_tier": "standard",
                    "context_window": "0-200k",
                    "inference_geo": "not_available",
                }
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}
ANTHROPIC_COSTS: dict[str, Any] = {
    "data": [
        {
            "starting_at": "2025-04-01T00:00:00Z",
            "ending_at": "2025-04-02T00:00:00Z",
            "results": [
                {
                    "currency": "USD",
                    "amount": "123.78912",
                    "workspace_id": "wrkspc_1",
                    "description": "Claude Sonnet 4.5 Usage - Input Tokens",
                    "cost_type": "tokens",
                    "token_type": "uncached_input_tokens",
                    "model": "claude-sonnet-4-5",
                    "service_tier": "standard",
                    "context_window": "0-200k",
                    "inference_geo": "us",
                }
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}
BEDROCK: dict[str, Any] = {
    "schemaType": "ModelInvocationLog",
    "schemaVersion": "1.0",
    "timestamp": "2025-04-01T00:00:00Z",
    "accountId": "123456789012",
    "identity": {"arn": "arn:aws:sts::123456789012:assumed-role/search/session-7"},
    "region": "us-east-1",
    "requestId": "req-1",
    "operation": "Converse",
    "modelId": "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "requestMetadata": {"team": "relevance", "service": "search"},
    "input": {
        "inputContentType": "application/json",
        "inputTokenCount": 100,
        "cacheReadInputTokenCount": 900,
        "cacheWriteInputTokenCount": 200,
    },
    "output": {"outputContentType": "application/json", "outputTokenCount": 80},
}
LITELLM: dict[str, Any] = {
    "id": "chatcmpl-2",
    "call_type": "acompletion",
    "cache_hit": None,
    "status": "success",
    "custom_llm_provider": "openai",
    "startTime": 1743465600.25,
    "endTime": 1743465601.5,
    "model": "gpt-4o",
    "metadata": {
        "user_api_key_hash": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
        "user_api_key_alias": "search-prod",
        "user_api_key_team_id": "team-1",
        "user_api_key_team_alias": "relevance",
        "user_api_key_org_id": "org-1",
        "requester_metadata": {"feature": "rerank"},
        "usage_object": {
            "prompt_tokens": 1200,
            "prompt_tokens_details": {"cached_tokens": 900},
        },
    },
    "response_cost": 0.00022500000000000002,
    "total_tokens": 1280,
    "prompt_tokens": 1200,
    "completion_tokens": 80,
    "request_tags": ["app:search", "beta", "User-Agent: curl", "User-Agent: curl/8"],
    "response": {"id": "chatcmpl-2", "object": "chat.completion", "usage": {"prompt_tokens": 1}},
}
LITELLM_SPEND: dict[str, Any] = {
    "request_id": "chatcmpl-3",
    "call_type": "acompletion",
    "api_key": "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
    "spend": "0.0125",
    "total_tokens": 30,
    "prompt_tokens": 10,
    "completion_tokens": 20,
    "startTime": "2025-04-01T00:00:00.250000",
    "endTime": "2025-04-01 00:00:01",
    "model": "gpt-4o",
    "custom_llm_provider": "openai",
    "metadata": '{"user_api_key_alias": null, "user_api_key_team_id": "team-1"}',
    "cache_hit": "None",
    "team_id": "team-2",
    "request_tags": '["app:search"]',
}


def attributes(**named: object) -> list[dict[str, Any]]:
    """Attributes as OTLP's JSON writes them; two underscores stand for a dot."""
    kinds = {str: "stringValue", int: "intValue", float: "doubleValue", bool: "boolValue"}
    return [
        {
            "key": name.replace("__", "."),
            "value": {kinds[type(value)]: str(value) if type(value) is int else value},
        }
        for name, value in named.items()
    ]


RESOURCE: dict[str, Any] = {
    "attributes": attributes(
        service__name="search",
        service__instance__id="9f",
        deployment__environment="production",
        cloud__account__id="acc-1",
        cloud__region="eu-west-1",
        team="relevance",
        telemetry__sdk__name="opentelemetry",
    )
}


def span(span_id: str = "01", parent: str = "", **named: object) -> dict[str, Any]:
    """A span with these attributes."""
    return {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": span_id,
        "parentSpanId": parent,
        "name": "chat",
        "kind": 3,
        "startTimeUnixNano": str(START * 10**9 + 5),
        "endTimeUnixNano": str((START + 1) * 10**9),
        "attributes": attributes(**named),
    }


CALL = span(
    gen_ai__operation__name="chat",
    gen_ai__provider__name="openai",
    gen_ai__request__model="gpt-4o",
    gen_ai__response__model="gpt-4o-2024-08-06",
    gen_ai__usage__input_tokens=1200,
    gen_ai__usage__output_tokens=80,
    gen_ai__usage__cache_read__input_tokens=900,
    gen_ai__agent__name="ranker",
)


def traces(*spans: dict[str, Any]) -> dict[str, Any]:
    """A message of spans."""
    return {"resourceSpans": [{"resource": RESOURCE, "scopeSpans": [{"spans": list(spans)}]}]}


def point(kind: str, total: float, count: int = 3, **named: object) -> dict[str, Any]:
    """A window of the metric of tokens."""
    said = {"gen_ai__token__type": kind, "gen_ai__request__model": "gpt-4o", **named}
    return {
        "attributes": attributes(gen_ai__system="openai", **said),
        "startTimeUnixNano": str(START * 10**9),
        "timeUnixNano": str((START + 60) * 10**9),
        "count": str(count),
        "sum": total,
        "bucketCounts": ["1", "2"],
        "explicitBounds": [64],
    }


def metrics(
    *points: dict[str, Any], temporality: object = 1, name: str = "gen_ai.client.token.usage"
) -> dict[str, Any]:
    """A message of one metric."""
    histogram = {"dataPoints": list(points), "aggregationTemporality": temporality}
    metric = {"name": name, "unit": "{token}", "histogram": histogram}
    return {"resourceMetrics": [{"resource": RESOURCE, "scopeMetrics": [{"metrics": [metric]}]}]}


OF_FORMATS: dict[str, list[dict[str, Any]]] = {
    "openai.reply": [CHAT, RESPONSE, EMBEDDINGS],
    "openai.usage": [OPENAI_USAGE],
    "openai.costs": [OPENAI_COSTS],
    "anthropic.reply": [MESSAGE],
    "anthropic.usage": [ANTHROPIC_USAGE],
    "anthropic.costs": [ANTHROPIC_COSTS],
    "gemini.reply": [GEMINI],
    "bedrock.log": [BEDROCK],
    "litellm.log": [LITELLM, LITELLM_SPEND],
    "otlp.traces": [traces(CALL)],
    "otlp.metrics": [metrics(point("input", 3600), point("output", 240.0))],
}


def enveloped(kind: str, data: object, **attributes: object) -> bytes:
    """A CloudEvent in structured mode."""
    event = {
        "specversion": "1.0",
        "id": "17",
        "source": "/gateway",
        "type": kind,
        "time": "2025-04-01T02:00:00Z",
        **attributes,
        "data": data,
    }
    return json.dumps(event).encode()
