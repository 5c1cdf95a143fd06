"""What a learner does to the topics of a lab. Loop thread only."""

from webapp.classroom import lab_topics
from webapp.classroom.operations import Code, LabOperations
from webapp.curriculum.model import Lesson
from webapp.curriculum.press import Press, Publish
from webapp.runtime.errors import ResourceNotFound
from webapp.runtime.workspace import Workspace
from webapp.sources.queues.message import MessageAttribute
from webapp.sources.topics.publication import Publication
from webapp.sources.topics.publishing import Published
from webapp.sources.topics.topics import Topic


class TopicWork:
    """Publishes and confirms. Raises ``ServiceError`` and ``SourceError``."""

    def __init__(self, operations: LabOperations) -> None:
        self._operations = operations

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

    async def confirm(self, workspace: str, lesson: Lesson, topic: str, token: str) -> str:
        """Confirm a subscription of a topic of the lab, as its owner would; return the run."""
        label = f"Confirm a subscription of {topic}"
        opened, run = await self._operations.begin(workspace, lesson, label, None)
        live = _live(opened, lesson, topic)
        await lab_topics.topics_of(opened).subscriptions.confirm(live, token, run=run)
        return run


def _live(opened: Workspace, lesson: Lesson, topic: str) -> Topic:
    """Return a topic of the lab: no other's, whatever it is called."""
    if topic not in lesson.lab.topic_names:
        raise ResourceNotFound(
            f"This lab has no topic '{topic[:80]}'. It has "
            f"{', '.join(sorted(lesson.lab.topic_names)) or 'none'}."
        )
    return lab_topics.topics_of(opened).find(topic)


def _told_apart(publication: Publication, topic: Topic, identifier: str) -> Publication:
    settings = topic.settings
    if not settings.fifo or publication.deduplication or settings.deduplicates_by_content:
        return publication
    return Publication(
        message=publication.message,
        subject=publication.subject,
        structure=publication.structure,
        attributes=publication.attributes,
        group=publication.group,
        deduplication=identifier,
    )
