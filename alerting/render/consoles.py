"""The console of a cloud, where the name of a billed service tells for sure whose it is. Addresses are constants."""

from typing import Final

from alerting.anomaly import Anomaly

_AWS: Final = (
    "AWS Cost Explorer",
    "https://console.aws.amazon.com/costmanagement/home#/cost-explorer",
)
_AZURE: Final = (
    "Azure cost analysis",
    "https://portal.azure.com/#view/Microsoft_Azure_CostManagement/Menu/~/costanalysis",
)
_GOOGLE: Final = ("Google Cloud billing", "https://console.cloud.google.com/billing")
_BEGIN: Final = (("amazon ", _AWS), ("aws ", _AWS), ("azure ", _AZURE), ("google cloud ", _GOOGLE))
_ARE: Final = {  # names of FOCUS exports that no other provider's service has
    "awslambda": _AWS,
    "awsglue": _AWS,
    "bigquery": _GOOGLE,
    "cloud run": _GOOGLE,
    "cloud sql": _GOOGLE,
    "compute engine": _GOOGLE,
    "vertex ai": _GOOGLE,
}


def console_of(anomaly: Anomaly) -> tuple[str, str] | None:
    """Label and address; None where the provider is not known for sure."""
    if anomaly.source != "billing":
        return None
    service = anomaly.service.casefold()
    begins = (console for start, console in _BEGIN if service.startswith(start))
    return _ARE.get(service) or next(begins, None)
