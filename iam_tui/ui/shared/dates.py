"""Days and times as the screens print them, in the reader's own time zone."""

from datetime import date, datetime

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date, today: date) -> str:
    """`12 Mar`, with the year where it is not this one."""
    text = f"{when.day} {_MONTHS[when.month - 1]}"
    return text if when.year == today.year else f"{text} {when.year}"


def moment(when: datetime, now: datetime) -> str:
    """`14:10` today, `12 Mar` on another day; both are timezone-aware."""
    local, today = when.astimezone(), now.astimezone().date()
    return f"{local:%H:%M}" if local.date() == today else day(local.date(), today)


def stamp(when: datetime, now: datetime) -> str:
    """Day and time, `12 Mar 14:10`."""
    local = when.astimezone()
    return f"{day(local.date(), now.astimezone().date())} {local:%H:%M}"


def ago(when: datetime, now: datetime) -> str:
    """How many days ago, `3 d`; `today` for none."""
    days = (now.astimezone().date() - when.astimezone().date()).days
    return f"{days:,} d" if days > 0 else "today"
