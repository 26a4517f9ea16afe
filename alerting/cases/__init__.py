"""Cases: an anomaly among people. What was told of it, what they did about it, and what keeps it quiet."""
