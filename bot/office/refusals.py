"""Why a booking was not made, moved or cancelled."""

from __future__ import annotations


class BookingRefused(Exception):
    """Nothing was changed."""


class TimeTaken(BookingRefused):
    """Somebody was faster: nobody who fits the wish is free at that time any more."""


class AlreadyBooked(TimeTaken):
    """The person has another session at that time."""


class TimePassed(BookingRefused):
    """The time is over, or too near to be booked now."""


class NotOffered(BookingRefused):
    """Nobody who fits the wish has sessions at that time at all."""


class TooManyBookings(BookingRefused):
    """The person has as many sessions to come as one may have."""


class UnknownBooking(BookingRefused):
    """The person has no booking of that code; that others may have is not told."""


class TooLateToCancel(BookingRefused):
    """The session has begun."""
