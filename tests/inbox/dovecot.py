"""A real IMAP server for tests: Debian's Dovecot as an ordinary process, on loopback, with everything in one folder."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from imap_tools import BaseMailBox, MailBoxUnencrypted

from embedded.temporal_server import free_port

MISSING = "NOT TESTED: no Dovecot here. Debian and Ubuntu: apt-get install dovecot-imapd"

USER, PASSWORD = "mosty", "a-password-of-the-tests"

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
disable_plaintext_auth = no
auth_mechanisms = plain login
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
passdb {{
  driver = passwd-file
  args = scheme=PLAIN {home}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class NoDovecot(Exception):
    """There is no Dovecot on this machine, or it does not start; the text says what to do."""


@dataclass
class Dovecot:
    """A running server with one user."""

    home: Path
    port: int
    tls_port: int

    @property
    def certificate(self) -> Path:
        return self.home / "cert.pem"

    def open(self, folder: str | None = None) -> BaseMailBox:
        return MailBoxUnencrypted("127.0.0.1", self.port, 10).login(USER, PASSWORD, folder)

    def renew(self, folder: str) -> None:
        """A new and empty folder of this name: its UIDs begin anew, under another validity than before."""
        with self.open() as box:
            if box.folder.exists(folder):
                box.folder.delete(folder)
            box.folder.create(folder)

    def put(self, folder: str, raw: bytes, at: datetime, *flags: str) -> None:
        """A message arrives at this moment."""
        with self.open() as box:
            box.append(raw, folder, at, flags or None)

    def remove(self, folder: str, uid: int) -> None:
        with self.open(folder) as box:
            box.delete([str(uid)])

    def contents(self, folder: str) -> list[tuple[bytes, tuple[str, ...]]]:
        """Every message with its flags, as it lies there."""
        with self.open() as box:
            box.folder.set(folder, readonly=True)
            return [(bytes(each.obj), each.flags) for each in box.fetch(mark_seen=False)]


@contextmanager
def running_dovecot() -> Iterator[Dovecot]:
    """A server until the end of the block. Raises NoDovecot."""
    program = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if program is None or shutil.which("openssl") is None:
        raise NoDovecot(MISSING)
    with TemporaryDirectory(prefix="mosty-dovecot-") as folder:
        server = Dovecot(Path(folder), free_port(), free_port())
        who = _owner()
        _lay_out(server, who)
        as_owner: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        process = subprocess.Popen(
            [program, "-F", "-c", str(server.home / "dovecot.conf")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **(as_owner if os.getuid() == 0 else {}),
        )
        try:
            _wait(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(20)


def _owner() -> pwd.struct_passwd:
    """As whom it runs: us, or where we are root somebody with fewer rights, since it takes no mail for root."""
    return pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def _lay_out(server: Dovecot, who: pwd.struct_passwd) -> None:
    home = server.home
    names = {"home": home, "port": server.port, "tls_port": server.tls_port, "user": who.pw_name, "uid": who.pw_uid}
    config = CONFIG.format(**names, gid=who.pw_gid, group=grp.getgrgid(who.pw_gid).gr_name)
    (home / "dovecot.conf").write_text(config)
    (home / "users").write_text(f"{USER}:{{PLAIN}}{PASSWORD}\n")
    for name in ("run", "state", "mail"):
        (home / name).mkdir()
    subprocess.run(
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 "
        f"-keyout {home}/key.pem -out {home}/cert.pem".split(),
        check=True,
        capture_output=True,
    )
    if os.getuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, who.pw_uid, who.pw_gid)


def _wait(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    """Until it greets; it has ten seconds."""
    end = monotonic() + 10
    while process.poll() is None and monotonic() < end:
        try:
            server.open().logout()
            return
        except OSError:
            sleep(0.05)
    log = server.home / "log"
    said = log.read_text()[-500:] if log.exists() else "nothing"
    process.terminate()
    raise NoDovecot(f"NOT TESTED: Dovecot does not start. It said: {said}")
