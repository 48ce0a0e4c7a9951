"""What a run says once it is up."""

from settings import Settings

NO_MAIL_SERVER = {name: Settings.model_fields[name].default for name in ("smtp_host", "smtp_port")}


def has_mail_server(settings: Settings) -> bool:
    """Whether a mail server was chosen; otherwise the catcher takes the mail."""
    return any(getattr(settings, name) != unset for name, unset in NO_MAIL_SERVER.items())


def banner(settings: Settings, temporal_ui: str | None, *, catches: bool) -> str:
    """Where things are, how to stop, and what to try next."""
    web = f"http://{settings.web_host}:{settings.port}"
    places = {
        "Mosty": web,
        "Sent mail": f"{web}/mail" if catches else f"goes to {settings.smtp_host}:{settings.smtp_port}",
        "Temporal": temporal_ui or "has no pages here",
        "All state": str(settings.home),
    }
    where = "\n".join(f"  {name + ':':<12}{place}" for name, place in places.items())
    home = "" if settings.home == Settings.model_fields["home"].default.absolute() else f"MOSTY_HOME={settings.home} "
    tries = "\n".join(f"  {home}.venv/bin/mosty {words}" for words in ("list", "due", "--help"))
    return (
        f"\nMosty runs. Ctrl-C stops it; started again, it goes on where it was.\n\n{where}\n\n"
        f"To try in another terminal:\n{tries}\n"
    )
