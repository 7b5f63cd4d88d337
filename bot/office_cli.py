"""`polku office`: the counsellors' work from the command line. The desk in the browser uses the same functions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.cleaning import clean
from bot.office import conversations, desk, handoff, papers
from bot.office.database import Database
from bot.office.days import local
from bot.office.handoff import HandoffRefused
from bot.office.tables import Booking, Handoff
from bot.texts import Texts

console = Console(highlight=False, soft_wrap=True)
as_counsellor = click.option("--as", "counsellor", required=True, help="Who you are, as the person will see it.")


@contextmanager
def office_session(settings) -> Iterator[Session]:
    """A transaction on the office's database; a refusal becomes one sentence."""
    database = Database(settings.database)
    database.migrate()
    try:
        with database.session() as session:
            yield session
    except HandoffRefused as refused:
        raise click.ClickException(f"{type(refused).__doc__} ({refused})") from refused
    finally:
        database.close()


def now() -> datetime:
    return datetime.now(UTC)


def clock(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"


@click.group()
def office():
    """Look after people who wait for a human, and see the sessions that are booked."""


@office.command()
@click.pass_obj
def queue(settings):
    """Who waits for a human and who is with one, longest first."""
    table = Table("handoff", "since", "state", "language", "topic", "with")
    with office_session(settings) as session:
        rows = session.scalars(select(Handoff).where(Handoff.state.in_(handoff.OPEN)).order_by(Handoff.created_at))
        for row in rows:
            table.add_row(str(row.id), clock(row.created_at), row.state, row.language, row.topic or "–",
                          row.claimed_by or "–")
    console.print(table if table.row_count else "Nobody waits.")


@office.command()
@click.argument("handoff_id", type=int)
@click.pass_obj
def show(settings, handoff_id):
    """The whole conversation behind a handoff."""
    with office_session(settings) as session:
        row = session.get(Handoff, handoff_id)
        if row is None:
            raise click.ClickException(f"There is no handoff {handoff_id}.")
        for message in conversations.transcript(session, row.conversation_id):
            console.print(f"{clock(message.created_at)}  {message.author}: {message.text}", markup=False)


def move(name: str, help_text: str, done: str, make: Callable[..., object]) -> None:
    """Add a command that makes one move of the handoff; the person is told of it."""

    @office.command(name, help=help_text)
    @click.argument("handoff_id", type=int)
    @as_counsellor
    @click.pass_obj
    def command(settings, handoff_id, counsellor):
        with office_session(settings) as session:
            make(session, handoff_id, counsellor, Texts.load(), now=now())
        console.print(done)


move("take", "Take a conversation: from now on the bot is silent in it.", "It is yours; the bot is silent there.",
     desk.take)
move("return", "Leave a conversation to the bot again.", "The bot speaks again there.", desk.give_back)
move("put-back", "Put a conversation back into the queue for a colleague.", "It waits for a colleague.", desk.put_back)
move("close", "Close a handoff: all is said.", "It is closed.", desk.close)


@office.command()
@click.argument("handoff_id", type=int)
@click.argument("text")
@as_counsellor
@click.pass_obj
def reply(settings, handoff_id, text, counsellor):
    """Write to the person of a conversation that you have taken."""
    with office_session(settings) as session:
        handoff.reply(session, handoff_id, counsellor, clean(text), now=now())
    console.print("It is on its way to the person.")


@office.command()
@click.pass_obj
def sessions(settings):
    """The booked sessions from now on."""
    table = Table("code", "when", "counsellor", "topic", "language", "way to meet")
    with office_session(settings) as session:
        rows = session.scalars(select(Booking).where(Booking.state == "booked", Booking.ends_at > now())
                               .order_by(Booking.starts_at))
        for row in rows:
            name = row.counsellor.name + (" (demo)" if row.counsellor.demo else "")
            table.add_row(row.code, clock(row.starts_at), name, row.topic, row.language, row.meeting)
    console.print(table if table.row_count else "No session is booked.")


@office.command()
@click.argument("code")
@click.pass_obj
def session(settings, code):
    """One booked session, with what the person agreed to give the counsellor."""
    with office_session(settings) as database_session:
        row = database_session.scalar(select(Booking).where(Booking.code == "".join(code.split()).upper()))
        if row is None:
            raise click.ClickException(f"There is no session {code}.")
        console.print(f"{clock(row.starts_at)}  {row.counsellor.name}  {row.topic}  {row.language}  {row.meeting}"
                      f"  {row.state}", markup=False)
        for paper in papers.of_booking(database_session, row.id):
            console.print(f"\n{paper.kind}, given {clock(paper.attached_at)}:\n{paper.text}", markup=False)
