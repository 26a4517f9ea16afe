"""Detect: charges into buckets, closed by the watermark, forecast, scored and learned. Pure."""
