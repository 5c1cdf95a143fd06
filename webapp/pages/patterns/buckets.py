"""Patterns of the boards of buckets and schedules: empty, every state, deleted."""

from webapp.pages.boards.bucket_views import (
    BucketView,
    ShownChange,
    ShownNotice,
    ShownNotification,
    ShownObject,
)
from webapp.pages.boards.bus_views import ShownDelivery
from webapp.pages.boards.deletions import ShownDeletion, deletions
from webapp.pages.boards.notification_forms import NotificationForm
from webapp.pages.boards.schedule_views import MomentsView, ScheduleView, ShownFiring
from webapp.pages.patterns.pattern import Group, drawn

_NOTICES = (
    ("pictures", "make-thumbnail", "told", "ok", "check", ""),
    ("texts", "archive", "passed over", "plain", "funnel", "The key does not end with '.txt'."),
    ("audit", "audit", "failed", "error", "x", "QueueDoesNotExist: The queue is not there."),
)
_MOMENTS = ("Thu 26 Nov 09:00:00", "Fri 27 Nov 09:00:00", "Mon 30 Nov 09:00:00")


def bucket_patterns(base: str) -> Group:
    """Return every state of a bucket's board."""
    notices = tuple(_notice(*one) for one in _NOTICES)
    boards = (
        ("Bucket: nothing in it, tells nobody", _bucket(base, 1)),
        (
            "Bucket: versions, notifications and changes",
            _bucket(
                base,
                2,
                versioning="keeps versions",
                objects=(
                    _object(1, "in/cat.jpg", is_marker=True),
                    _object(2, "in/cat.jpg", is_current=False),
                    _object(3, "notes/ein-sehr-langer-name-" + "x" * 60 + ".txt"),
                ),
                notifications=(_notification(base),),
                changes=(
                    _change(2, notices, tone="error", sums="1 of 3 told"),
                    _change(1, (), tone="plain", sums="nobody to tell"),
                ),
            ),
        ),
        ("Bucket: deleted", _bucket(base, 3, exists=False)),
    )
    return Group(
        title="Buckets",
        patterns=(
            drawn("Buckets: none in a lab", "buckets/_boards.html", buckets=(), wide=True),
            *(drawn(name, "buckets/_board.html", board=one, wide=True) for name, one in boards),
        ),
        wide=True,
    )


def schedule_patterns(base: str) -> Group:
    """Return every state of a schedule's board."""
    firings = (
        _firing(3, "waiting", "throttle", "hourglass", reason="TooManyRequestsException: later"),
        _firing(2, "delivered", "ok", "check"),
        _firing(1, "lost", "error", "x", reason="ResourceNotFoundException: Function not found"),
    )
    boards = (
        ("Schedule: at rest", _schedule(base, 1, at_rest=True)),
        ("Schedule: enabled, with firings", _schedule(base, 2, enabled=True, firings=firings)),
        ("Schedule: runs no more", _schedule(base, 3, enabled=True, moments=())),
        (
            "Schedule: deleted",
            ScheduleView(base=base, id="schedule-4", name="nightly", exists=False),
        ),
    )
    plans = (
        (
            "Schedule: tried",
            MomentsView(id="plan-1", tried=True, says="every day", moments=_MOMENTS),
        ),
        (
            "Schedule: no expression",
            MomentsView(id="plan-2", tried=True, error="Invalid Schedule Expression daily."),
        ),
    )
    return Group(
        title="Schedules",
        patterns=(
            drawn("Schedules: none in a lab", "schedules/_boards.html", schedules=(), wide=True),
            *(drawn(name, "schedules/_board.html", board=one, wide=True) for name, one in boards),
            *(drawn(name, "schedules/_moments.html", plan=one) for name, one in plans),
        ),
        wide=True,
    )


def _bucket(
    base: str,
    place: int,
    *,
    exists: bool = True,
    versioning: str = "",
    objects: tuple[ShownObject, ...] = (),
    notifications: tuple[ShownNotification, ...] = (),
    changes: tuple[ShownChange, ...] = (),
) -> BucketView:
    return BucketView(
        base=base,
        id=f"bucket-{place}",
        name="photos",
        exists=exists,
        versioning=versioning,
        sums=f"{len(objects)} objects · 12 KB",
        more=140 if objects else 0,
        objects=objects,
        deletions=deletions("Enabled"),
        notifications=notifications,
        changes=changes,
        new_notification=NotificationForm(
            id=f"bucket-{place}-new-notification", board=base, targets=("make-thumbnail", "audit")
        ),
        tells_bus=bool(notifications),
    )


def _notification(base: str) -> ShownNotification:
    """Return one that tells somebody else, with what S3 says of a filter that is wrong."""
    overlap = (
        "Configurations overlap. Configurations on the same bucket cannot share a common event "
        "type."
    )
    form = NotificationForm(
        id="bucket-2-notification-1",
        board=base,
        targets=("make-thumbnail", "audit"),
        is_there=True,
        name="pictures",
        events=("s3:ObjectCreated:*", "s3:ObjectTagging:*"),
        prefix="in/",
        suffix=".jpg",
        other="arn:aws:lambda:eu-central-1:000000000000:function:elsewhere",
        errors={"events": overlap},
    )
    return ShownNotification(
        id=form.id,
        name="pictures",
        to="elsewhere",
        says="s3:ObjectCreated:* · prefix in/ · suffix .jpg",
        form=form,
    )


def _object(
    number: int, key: str, *, is_marker: bool = False, is_current: bool = True
) -> ShownObject:
    return ShownObject(
        id=f"bucket-2-object-{number}",
        key=key,
        size="" if is_marker else "4.2 KB",
        time="26 Nov 09:00:05",
        version="3sL4kqtJ",
        query=f"key={number}&version=1",
        is_marker=is_marker,
        is_current=is_current,
        deletions=[
            ShownDeletion(id=one.id, label=one.label, icon=one.icon, query=f"key={number}")
            for one in deletions("Enabled")
        ],
    )


def _notice(name: str, target: str, state: str, tone: str, icon: str, reason: str) -> ShownNotice:
    return ShownNotice(name=name, target=target, state=state, tone=tone, icon=icon, reason=reason)


def _change(number: int, notices: tuple[ShownNotice, ...], *, tone: str, sums: str) -> ShownChange:
    return ShownChange(
        id=f"bucket-2-change-{number}",
        number=number,
        key="in/cat.jpg",
        what="put",
        event="s3:ObjectCreated:Put",
        sums=sums,
        tone=tone,
        notices=notices,
        segment="",
    )


def _schedule(
    base: str,
    place: int,
    *,
    enabled: bool = False,
    at_rest: bool = False,
    moments: tuple[str, ...] = _MOMENTS,
    firings: tuple[ShownFiring, ...] = (),
) -> ScheduleView:
    return ScheduleView(
        base=base,
        id=f"schedule-{place}",
        name="nightly",
        exists=True,
        enabled=enabled,
        at_rest=at_rest,
        expression="cron(0 9 ? * MON-FRI *)",
        zone="Europe/Berlin",
        says="at 09:00 on Monday to Friday",
        target="make-report",
        input='{"of": "yesterday"}',
        notes="within 15 min after each moment",
        due=100.0 if moments else 0.0,
        moments=moments,
        firings=firings,
        now=0.0,
    )


def _firing(number: int, state: str, tone: str, icon: str, *, reason: str = "") -> ShownFiring:
    delivery = ShownDelivery(
        target="make-report",
        state=state,
        tone=tone,
        icon=icon,
        reason=reason,
        attempts=2 if reason else 1,
        until=24.0 if state == "waiting" else 0.0,
        dead_letter="",
    )
    return ShownFiring(
        id=f"schedule-2-firing-{number}",
        number=number,
        due=_MOMENTS[0],
        note="2 before it passed unseen" if number == 1 else "",
        tone=tone,
        sums=state,
        deliveries=(delivery,),
        segment="",
    )
