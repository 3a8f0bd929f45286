"""Signing in: passwords and the sessions they open.

A wrong password, an unknown address and a locked account are answered with the same sentence
after the same work, so an answer never tells who works here. The lock lives in the database: it
holds while Redis is down and for every web process at once.
"""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache

import structlog
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.exc import IntegrityError

from service import clock
from service.domain.errors import BadPayload, Conflict, NotFound, Rejected
from service.house import House
from service.storage.staff import Person, StaffStore

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1024
FIRST_EMAIL = "desk@kindly.local"

# Four slips of the finger are free; from the fifth on the wait doubles, up to a quarter hour.
FREE_TRIES = 4
FIRST_LOCK = timedelta(seconds=5)
LONGEST_LOCK = timedelta(minutes=15)

WRONG = (
    "This e-mail and password do not match, or there were too many tries: "
    "check both, or wait a few minutes and try again."
)

_log = structlog.get_logger()
_HASHER = PasswordHasher()

# One hash takes 64 MiB: more than two at a time would let a flood of sign-ins eat the memory.
_TURNS = threading.BoundedSemaphore(2)
_LONGEST_QUEUE_S = 10.0
# Who waits holds a thread of the web server. A flood must leave some for the notices of a CMS.
_PLACES = threading.BoundedSemaphore(4)
_CROWDED = "Many people are signing in at this moment: try again in a minute."

# Without characters that are mistaken for each other when read aloud or typed off a screen.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def sign_in(house: House, *, email: str, password: str, now: datetime) -> str:
    """Open a session and return its value. Raises Rejected with one sentence for any reason."""
    with _turn():
        # Read and counted inside the turn: otherwise many guesses pass the lock before one counts.
        person = _find(house, email)
        is_right = _matches(person, password, now=now)
        if person is None or not is_right:
            _count_failure(house, person, now=now)
            raise Rejected(WRONG)
    with house.database.write() as tx:
        staff = StaffStore(tx)
        staff.forget_failures(person.id)
        staff.audit(person.email, "sign in", person.id, now=now)
        return staff.open_session(person.id, now=now)


def sign_out(house: House, session: str) -> None:
    with house.database.write() as tx:
        StaffStore(tx).close_session(session)


def create_person(house: House, *, email: str, name: str, password: str) -> str:
    """Add a member of staff; returns the id."""
    _check(email, password)
    password_hash = _hash(password)
    try:
        with house.database.write() as tx:
            return StaffStore(tx).add(email, name.strip(), password_hash, now=clock.now())
    except IntegrityError as error:
        raise Conflict(f"{email} is a member of staff already: choose another address") from error


def change_password(house: House, *, email: str, password: str) -> None:
    """Give a member of staff a new password; every session of that person ends, every lock too."""
    _check(email, password)
    password_hash = _hash(password)
    with house.database.write() as tx:
        found = StaffStore(tx).find(email)
        if found is None:
            raise NotFound(f"{email} is no member of staff: `kindly staff add` makes one")
        StaffStore(tx).set_password(found.id, password_hash)
        StaffStore(tx).forget_failures(found.id)


def first_login(house: House) -> tuple[str, str] | None:
    """Make the first member of staff, with a password to be shown once; None if there is one."""
    with house.database.read() as tx:
        if StaffStore(tx).count():
            return None
    password = readable_password()
    try:
        create_person(house, email=FIRST_EMAIL, name="The desk", password=password)
    except Conflict:
        return None  # another process was first, and has shown its password
    return FIRST_EMAIL, password


def readable_password() -> str:
    """Four groups of four: 79 bits that can be typed off a terminal."""
    groups = ["".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def lock_after(failures: int, *, now: datetime) -> datetime | None:
    """Until when an account is locked that has now failed `failures` times in a row."""
    over = failures - FREE_TRIES
    if over <= 0:
        return None
    # Doubling stops early, so that a long attack cannot overflow the time.
    return now + min(FIRST_LOCK * (1 << min(over - 1, 10)), LONGEST_LOCK)


def _find(house: House, email: str) -> Person | None:
    with house.database.read() as tx:
        return StaffStore(tx).find(email)


def _matches(person: Person | None, password: str, *, now: datetime) -> bool:
    """Do the work of one check whoever asks; only then say what came of it."""
    nobody = _nobodys_hash()  # made by whoever comes first, so that it gives nobody away
    is_right = _verify(person.password_hash if person else nobody, password)
    return is_right and person is not None and not _is_locked(person, now)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password[:LONGEST_PASSWORD])
    except (VerificationError, InvalidHashError):
        return False


def _is_locked(person: Person, now: datetime) -> bool:
    return person.locked_until is not None and now < person.locked_until


def _count_failure(house: House, person: Person | None, *, now: datetime) -> None:
    """Tries during a lock do not lengthen it: nobody can keep a colleague out for good."""
    if person is None:
        return
    with house.database.write() as tx:
        # Read again: a failure in another process may have locked the account meanwhile, and
        # counting on from what we knew would take that lock away.
        present = StaffStore(tx).find(person.email)
        if present is None or _is_locked(present, now):
            return
        until = lock_after(present.failures + 1, now=now)
        StaffStore(tx).note_failure(person.id, locked_until=until)
    if until is not None:
        _log.warning("account locked after wrong passwords", person=person.id, until=str(until))


def _check(email: str, password: str) -> None:
    if "@" not in email.strip().strip("@"):
        raise BadPayload(f"“{email}” is not an e-mail address: write it as ann@example.org")
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise BadPayload(
            f"the password has {len(password)} characters: "
            f"use {SHORTEST_PASSWORD} to {LONGEST_PASSWORD}"
        )


def _hash(password: str) -> str:
    with _turn():
        return _HASHER.hash(password)


@contextmanager
def _turn() -> Iterator[None]:
    """One of two at work, or one of two in line; who finds both taken is sent away at once."""
    if not _PLACES.acquire(blocking=False):
        raise Rejected(_CROWDED)
    try:
        if not _TURNS.acquire(timeout=_LONGEST_QUEUE_S):
            raise Rejected(_CROWDED)
        try:
            yield
        finally:
            _TURNS.release()
    finally:
        _PLACES.release()


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(16))
