"""How a process of ours ends.

Temporal's client keeps threads of its own. One that still runs while the interpreter is taken down can abort the
whole process, with a status that says failure where all went well; so a process leaves before that.
"""

import logging
import os
import sys
from typing import NoReturn


def leave(status: int) -> NoReturn:
    """Leave at once, with everything printed and logged, with this exit status."""
    try:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        pass
    finally:
        os._exit(status)
