"""What a learner does to the topics of a lab. Loop thread only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from webapp.classroom.asynchronous import target_arn
from webapp.classroom.operations import Code, LabOperations
from webapp.classroom.sources import lab_queues, lab_topics
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, Publish
from webapp.runtime.errors import InvalidParameterValue, ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.topics.errors import NotFound
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.publishing import Published
from webapp.sources.topics.settings import TopicSettings
from webapp.sources.topics.subscription import Subscription
from webapp.sources.topics.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedAt:
    """A topic as it is. ``settings`` are none where it was deleted.

    ``readers`` are functions and queues of the lab that are not subscribed and can be. ``letters``
    counts the messages of each queue of the lab that gets what a subscription could not deliver.
    """

    name: str
    settings: TopicSettings | None = None
    subscriptions: Sequence[Subscription] = ()
    readers: Sequence[str] = ()
    letters: Mapping[str, int] = field(default_factory=dict)


class TopicWork:
    """Publishes, filters and confirms. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

    async def look(self, workspace: str, lesson: Lesson) -> list[LookedAt]:
        """Return every topic of the lab as it is now, in the lesson's order."""
        opened = await self._operations.opened(workspace)
        topics = lab_topics.topics_of(opened)
        return [
            LookedAt(
                name=one.name,
                settings=topics.find(one.name).settings,
                subscriptions=topics.subscriptions.of_topic(one.name),
                readers=_readers(opened, lesson, one.name),
                letters=_letters(opened, lesson, one.name),
            )
            if one.name in topics
            else LookedAt(name=one.name)
            for one in lesson.lab.topics
        ]

    async def press(
        self, workspace: str, lesson: Lesson, action: Publish, press: Press, *, code: Code
    ) -> str:
        """Do what a button of the lesson says; return the run."""
        publication = Publication(
            message=action.body,
            subject=action.subject,
            attributes={name: MessageAttribute(*one) for name, one in action.attributes.items()},
            group=action.group,
        )
        run, _ = await self.publish(
            workspace,
            lesson,
            action.topic,
            publication,
            code=code,
            count=action.count,
            press=press,
        )
        return run

    async def publish(
        self,
        workspace: str,
        lesson: Lesson,
        topic: str,
        publication: Publication,
        *,
        code: Code,
        count: int = 1,
        press: Press | None = None,
    ) -> tuple[str, list[Published]]:
        """Deploy what was edited (rule 8), then publish a message ``count`` times.

        Return the run and the messages, which are on disk. A FIFO topic that does not tell
        duplicates by content gets a new deduplication id for each.
        """
        what = "a message" if count == 1 else f"{count} messages"
        label = press.label if press else f"Publish {what} to {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, press)
        live = _live(opened, lesson, topic)
        await self._operations.deploy_all(opened, lesson, code, run)
        publishing = lab_topics.topics_of(opened).publishing
        published = [
            await publishing.publish(
                live, _told_apart(publication, live, f"{run}-{number}"), run=run, source="page"
            )
            for number in range(count)
        ]
        return run, published

    async def set_filter(
        self,
        workspace: str,
        lesson: Lesson,
        topic: str,
        subscription: str,
        *,
        policy: str,
        scope: str,
    ) -> str:
        """Let a subscription hear of what a filter policy says; an empty one means everything.

        Return the run.
        """
        label = f"Set a filter of {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        subscriptions = lab_topics.topics_of(opened).subscriptions
        found = _subscription(opened, lesson, topic, subscription)
        given = {"FilterPolicy": policy, "FilterPolicyScope": scope if policy else ""}
        await subscriptions.set_attributes(found, given, run=run)
        return run

    async def subscribe(
        self, workspace: str, lesson: Lesson, topic: str, to: str, *, code: Code
    ) -> str:
        """Subscribe a function or a queue of the lab, and let the topic reach it; return the run.

        What was edited is deployed first.
        """
        label = f"Subscribe {to[:80]} to {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        live = _live(opened, lesson, topic)
        if to not in _readers(opened, lesson, topic):
            raise InvalidParameterValue(f"'{to[:80]}' cannot be subscribed to {topic}.")
        await self._operations.deploy_all(opened, lesson, code, run)
        await lab_topics.let_in(opened, lesson.lab, topic, to, run=run)
        is_queue = to in lesson.lab.queue_names
        await lab_topics.topics_of(opened).subscriptions.subscribe(
            live,
            protocol="sqs" if is_queue else "lambda",
            endpoint=target_arn(to, lesson.lab, opened.address),
            attributes={},
            run=run,
        )
        return run

    async def unsubscribe(
        self, workspace: str, lesson: Lesson, topic: str, subscription: str
    ) -> str:
        """End a subscription; what is on its way to it is given up. Return the run."""
        label = f"End a subscription of {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        found = _subscription(opened, lesson, topic, subscription)
        await lab_topics.topics_of(opened).subscriptions.unsubscribe(found, run=run)
        return run

    async def set_raw(
        self, workspace: str, lesson: Lesson, topic: str, subscription: str, *, raw: bool
    ) -> str:
        """Let a queue get the message itself, or SNS's envelope around it; return the run."""
        label = f"Set the delivery of {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        found = _subscription(opened, lesson, topic, subscription)
        given = {"RawMessageDelivery": "true" if raw else "false"}
        await lab_topics.topics_of(opened).subscriptions.set_attributes(found, given, run=run)
        return run

    async def confirm(self, workspace: str, lesson: Lesson, topic: str, subscription: str) -> str:
        """Confirm a pending subscription, as who gets the token would; return the run."""
        label = f"Confirm a subscription of {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        live = _live(opened, lesson, topic)
        token = _subscription(opened, lesson, topic, subscription).record.token
        await lab_topics.topics_of(opened).subscriptions.confirm(live, token, run=run)
        return run

    async def restore(self, workspace: str, lesson: Lesson, topic: str) -> None:
        """Create a topic of the lab again that somebody deleted."""
        opened, run = await self._operations.begin(workspace, lesson, f"Create {topic}", None)
        _check_mine(lesson, topic)
        await lab_topics.ensure(opened, lesson.lab, run=run, deleted_too=True)


def _check_mine(lesson: Lesson, topic: str) -> None:
    """Raise ``ResourceNotFound`` for a topic that is not the lab's, whatever it is called."""
    if topic not in lesson.lab.topic_names:
        raise ResourceNotFound(
            f"This lab has no topic '{topic[:80]}'. It has "
            f"{', '.join(sorted(lesson.lab.topic_names)) or 'none'}."
        )


def _live(opened: Workspace, lesson: Lesson, topic: str) -> Topic:
    _check_mine(lesson, topic)
    return lab_topics.topics_of(opened).find(topic)


def _subscription(opened: Workspace, lesson: Lesson, topic: str, identifier: str) -> Subscription:
    """Return a subscription of a topic of the lab, and of no other."""
    name = _live(opened, lesson, topic).name
    found = lab_topics.topics_of(opened).subscriptions.get(identifier)
    if found is None or found.record.topic != name:
        raise NotFound("Subscription does not exist")
    return found


def _readers(opened: Workspace, lesson: Lesson, topic: str) -> list[str]:
    """Return who of the lab can be subscribed and is not: to a FIFO topic queues only."""
    lab, fifo = lesson.lab, lesson.lab.topic(topic).fifo
    taken = {
        one.record.endpoint for one in lab_topics.topics_of(opened).subscriptions.of_topic(topic)
    }
    queues = [one.name for one in lab.queues if fifo or not one.fifo]
    names = queues if fifo else [*(one.name for one in lab.functions), *queues]
    return [name for name in names if target_arn(name, lab, opened.address) not in taken]


def _letters(opened: Workspace, lesson: Lesson, topic: str) -> dict[str, int]:
    """Return how many messages are in the dead-letter queues of a topic's subscriptions."""
    queues, found = lab_queues.queues_of(opened), {}
    for one in lab_topics.topics_of(opened).subscriptions.of_topic(topic):
        name = one.dead_letter_arn.rpartition(":")[2]
        if name in lesson.lab.queue_names and name in queues:
            found[name] = sum(1 for _ in queues.find(name).queue)
    return found


def _told_apart(publication: Publication, topic: Topic, identifier: str) -> Publication:
    settings = topic.settings
    if not settings.fifo or publication.deduplication or settings.deduplicates_by_content:
        return publication
    return replace(publication, deduplication=identifier)
