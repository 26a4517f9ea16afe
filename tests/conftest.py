"""What all tests share: the fixtures of the servers that some of them need."""

import hypothesis  # here, since its plugin imports it at the end of a run otherwise, too deep for Python 3.11

hypothesis.settings.register_profile("untimed", deadline=None)  # a busy machine is no fault
hypothesis.settings.load_profile("untimed")

pytest_plugins = ["fixtures_kafka", "fixtures_slack"]
