"""What stands in the way of a run, told to the person who started it."""


class Problem(Exception):
    """Something the operator can put right; the text is the whole message, in sentences."""
