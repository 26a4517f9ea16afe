"""What all tests share: the fixtures of the servers that some of them need."""

import hypothesis  # noqa: F401 - its plugin imports it at the end of a run otherwise, too deep for Python 3.11

pytest_plugins = ["fixtures_kafka", "fixtures_slack"]
