"""Pure, online detection: points in, verdicts out, no clock, no input or output."""
