"""What is raised when a file cannot be read at all; what is unclear in one row is a `Problem` instead."""


class UnreadableFile(Exception):
    """Nothing was read. The message is a sentence for the person who chose the file."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
