"""The Faust app itself, without what is not needed here."""

import faust


class FilelessApp(faust.App):
    """A Faust app that makes no folders where it is started: nothing of it is kept in files."""

    def _create_directories(self) -> None:
        """Nothing."""
