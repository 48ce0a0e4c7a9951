"""`mosty`: every command in one place. Exit status: 0 done, 1 refused (a sentence on standard error), 2 wrong usage."""

from __future__ import annotations

import typer

from cli import auditing, generated, keeping, looking, mailing, operating, people, standing_in, starting, webhooks
from leaving import leave

app = typer.Typer(
    name="mosty",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Partnerships between towns: start them, look after them, and see why and when somebody is reminded.",
)


@app.callback()
def mosty() -> None:
    """Partnerships between towns: start them, look after them, and see why and when somebody is reminded.

    MOSTY_HOME names the folder of all state (usually var/), MOSTY_PERSON who acts. Dates such as 2026-05-12 are days
    in the acting person's time zone.
    """


looking.add_commands(app)
starting.add_commands(app)
generated.add_commands(app)
people.add_commands(app)
standing_in.add_commands(app)
mailing.add_commands(app)
operating.add_commands(app)
auditing.add_commands(app)
keeping.add_commands(app)
webhooks.add_commands(app)


def main() -> None:
    """Run a command and leave with its exit status."""
    try:
        app()
    except SystemExit as ended:
        status = ended.code
    else:
        status = 0
    leave(status if isinstance(status, int) else 1)


if __name__ == "__main__":
    main()
