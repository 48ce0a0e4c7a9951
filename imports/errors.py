"""What is raised when a file cannot be read at all; what is unclear in one row is a `Problem` instead."""


class UnreadableFile(Exception):
    """Nothing was read. The message is a sentence for the person who chose the file; `code` says why, for words of
    other languages, with the facts that they name."""

    def __init__(self, message: str, code: str = "unreadable", **facts: str) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.facts = facts
