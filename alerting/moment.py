"""A point in time as the public records hold it: with its zone, which is UTC."""

from datetime import datetime
from typing import Annotated

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
