"""What all tests share: the fixtures of the servers that some of them need."""

pytest_plugins = ["fixtures_kafka", "fixtures_slack"]
