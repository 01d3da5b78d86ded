"""Take every mail of a local start and write it to var/mail/: nothing leaves the machine."""

import asyncio
import os
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from tracker import state


class Directory:
    """One file a message, named by when it came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message, with the envelope it came in as headers before its own."""
        seconds, nanoseconds = divmod(time.time_ns(), 10**9)
        moment = time.strftime("%Y-%m-%dT%H%M%S", time.gmtime(seconds))
        content = envelope.original_content or b""
        head = f"X-Envelope-From: {envelope.mail_from}\r\nX-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        state.write_private(self.path / f"{moment}.{nanoseconds:09}.eml", head.encode() + content)
        return "250 Kept"


async def take_mail(port: int, directory: Path) -> None:
    """Listen on a loopback port until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    handler = Directory(directory)
    server = await loop.create_server(lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", port)
    async with server:
        await stopped.wait()


def main() -> None:
    """Take mail on TRACKER_MAIL_PORT into TRACKER_VAR/mail."""
    port = int(os.environ["TRACKER_MAIL_PORT"])
    asyncio.run(take_mail(port, Path(os.environ["TRACKER_VAR"]) / "mail"))


if __name__ == "__main__":
    main()
