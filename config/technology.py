"""Categories of technology: those of the FinOps Foundation, and GPUs apart from the rest of a cloud."""

from typing import Literal

Technology = Literal["cloud", "gpu", "saas", "license", "data-center", "ai", "other"]
