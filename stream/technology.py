"""What kind of technology a charge is for: cloud, its GPUs, SaaS, licences, a data centre, AI, or something else.

The categories are those by which the FinOps Foundation divides technology spend, and GPUs apart from the rest of a
cloud, since they are what AI costs there. They are told by the names of a charge; an event may say its own.
"""

import re
from typing import Final, get_args

from config.technology import Technology
from stream.memo import Memo

TECHNOLOGIES: Final = get_args(Technology)

_AI: Final = re.compile(
    r"\b(?:openai|anthropic|claude|gpt|gemini|bedrock|sagemaker|vertex|mistral|cohere|groq|deepseek|xai|llm|"
    r"azure ai|cognitive services|foundry|generative|language models?|hugging ?face|together ?ai|fireworks|"
    r"perplexity|openrouter|replicate|litellm)\b",
    re.IGNORECASE,
)
_GPU: Final = re.compile(
    r"\bgpus?\b|nvidia|\b(?:a100|h100|h200|b200|gb200|l40s?|v100)(?:\b|-)|"
    r"\b(?:p[2-6](?:de?|en?)?|g[3-6](?:dn|ad|[efsg])?|gr6f?|trn[12]n?|inf[12])\.\w*(?:large|metal)|"  # EC2
    r"\bn[cdv]\d+[a-z]*\b|"  # Azure's NC, ND and NV
    r"\b(?:a2|a3|a4|g2|g4)-(?:high|mega|ultra|edge|standard)",  # Google Cloud's machine types
    re.IGNORECASE,
)
_CLOUD: Final = re.compile(
    r"\b(?:aws|amazon|microsoft|azure|gcp|google|oracle|oci|alibaba|aliyun|tencent|huawei cloud|ibm cloud|"
    r"digital ?ocean|hetzner|ovh\w*|scaleway|linode|akamai|vultr|cloudflare|kubernetes|opencost)\b",
    re.IGNORECASE,
)
_SAAS: Final = re.compile(
    r"\b(?:saas|subscription|seats?|snowflake|databricks|datadog|new ?relic|splunk|elastic|mongodb|confluent|github|gitlab|"
    r"atlassian|jira|slack|salesforce|servicenow|zoom|okta|pagerduty|grafana|sentry|twilio|workday|hubspot|"
    r"notion|figma|zendesk|docusign|fastly|vercel|netlify|fivetran|dbt)\b",
    re.IGNORECASE,
)
_LICENSE: Final = re.compile(r"\blicen[cs](?:e|es|ing)\b|\bmaintenance contract\b", re.IGNORECASE)
_DATA_CENTER: Final = re.compile(
    r"\bdata ?-?cent(?:er|re)s?\b|\bon-?prem(?:ises?)?\b|\bcolo(?:cation)?\b|\bbare ?metal\b|\bvmware\b",
    re.IGNORECASE,
)

_LONGEST: Final = 120  # characters of a name that are looked at
_known: Memo[str] = Memo()


def technology_of(provider: str, service: str, sku: str, model: str) -> str:
    """The category that a charge's names tell; ``other`` if they tell none.

    A charge of a model is AI whoever serves it; a cloud's licences are the cloud's.

    >>> technology_of("AWS", "Amazon Elastic Compute Cloud", "BoxUsage:p4d.24xlarge", "")
    'gpu'
    """
    key = (provider, service, sku, "model" if model else "")
    return _known.get(key) or _known.keep(
        key, _told(*(name[:_LONGEST].replace("_", " ") for name in key))
    )


def _told(provider: str, service: str, sku: str, model: str) -> str:
    if model or _AI.search(service) or _AI.search(provider):
        return "ai"
    if _GPU.search(sku) or _GPU.search(service):
        return "gpu"
    names = f"{provider}\n{service}"
    for kind, form in (("data-center", _DATA_CENTER), ("cloud", _CLOUD)):
        if form.search(names):
            return kind
    if _LICENSE.search(f"{names}\n{sku}"):
        return "license"
    return "saas" if _SAAS.search(f"{names}\n{sku}") else "other"
