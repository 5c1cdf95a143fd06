"""EventBridge by boto3: buses, rules, targets, events, and what it refuses."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.aws.clients import Boto
from tests.aws.events.conftest import LET_EVENTBRIDGE_IN, facts_of, put
from tests.aws.facts import until
from tests.aws.sqs.conftest import refusal
from webapp.runtime.model import Configuration
from webapp.runtime.platform import Deployment
from webapp.trace.events import EventPut, LogWritten, TargetGivenUp, TargetReached
from webapp.wiring import Application

Received = Callable[..., list[dict[str, Any]]]


def rule(events: Any, name: str, arn: str, *, pattern: Any = None, **target: Any) -> str:
    """Make a rule for this source only, with one target."""
    text = json.dumps(pattern or {"source": [name]})
    made: str = events.put_rule(Name=name, EventPattern=text)["RuleArn"]
    answer = events.put_targets(Rule=name, Targets=[{"Id": "t", "Arn": arn, **target}])
    assert answer["FailedEntryCount"] == 0
    return made


def test_a_bus_is_made_shown_changed_and_deleted(events: Any, name: str) -> None:
    arn = events.create_event_bus(Name=name, Description="mine", Tags=[{"Key": "a", "Value": "1"}])[
        "EventBusArn"
    ]
    assert arn == f"arn:aws:events:us-east-1:000000000000:event-bus/{name}"
    assert events.describe_event_bus(Name=arn)["Description"] == "mine"
    events.update_event_bus(Name=name, Description="ours")
    assert events.describe_event_bus(Name=name)["Description"] == "ours"
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    named = [one["Name"] for one in events.list_event_buses()["EventBuses"]]
    assert {"default", name} <= set(named)
    events.delete_event_bus(Name=name)
    with pytest.raises(ClientError) as refused:
        events.describe_event_bus(Name=name)
    assert refusal(refused) == (
        400,
        "ResourceNotFoundException",
        f"Event bus {name} does not exist.",
    )


def test_a_rule_is_put_shown_listed_switched_and_deleted(
    events: Any, name: str, queue: tuple[str, str]
) -> None:
    arn = rule(events, name, queue[1])
    assert arn == f"arn:aws:events:us-east-1:000000000000:rule/{name}"
    shown = events.describe_rule(Name=name)
    assert (shown["State"], shown["EventBusName"]) == ("ENABLED", "default")
    assert json.loads(shown["EventPattern"]) == {"source": [name]}
    events.disable_rule(Name=name)
    [listed] = events.list_rules(NamePrefix=name)["Rules"]
    assert listed["State"] == "DISABLED"
    events.enable_rule(Name=name)
    assert events.list_rule_names_by_target(TargetArn=queue[1])["RuleNames"] == [name]
    assert events.list_targets_by_rule(Rule=name)["Targets"] == [{"Id": "t", "Arn": queue[1]}]
    events.tag_resource(ResourceARN=arn, Tags=[{"Key": "k", "Value": "v"}])
    events.untag_resource(ResourceARN=arn, TagKeys=["none"])
    assert events.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    with pytest.raises(ClientError) as refused:
        events.delete_rule(Name=name)
    assert refusal(refused) == (
        400,
        "ValidationException",
        "Rule can't be deleted since it has targets.",
    )
    gone = events.remove_targets(Rule=name, Ids=["t", "x"])
    assert [one["TargetId"] for one in gone["FailedEntries"]] == ["x"]
    events.delete_rule(Name=name)
    with pytest.raises(ClientError) as missing:
        events.describe_rule(Name=name)
    assert refusal(missing)[1:] == (
        "ResourceNotFoundException",
        f"Rule {name} does not exist on EventBus default.",
    )


def test_an_event_goes_to_a_queue_as_it_is_or_as_a_template_makes_it(
    events: Any, name: str, queue: tuple[str, str], received: Received
) -> None:
    rule(events, name, queue[1])
    answer = put(events, {"id": 7}, Source=name, Resources=["arn:x"])
    assert answer["FailedEntryCount"] == 0
    [message] = received()
    event = json.loads(message["Body"])
    assert event["id"] == answer["Entries"][0]["EventId"]
    assert (event["source"], event["detail-type"], event["detail"]) == (name, "order", {"id": 7})
    assert (event["account"], event["region"]) == ("000000000000", "us-east-1")
    events.put_targets(
        Rule=name,
        Targets=[
            {
                "Id": "t",
                "Arn": queue[1],
                "InputTransformer": {
                    "InputPathsMap": {"id": "$.detail.id"},
                    "InputTemplate": '"order <id> by <aws.events.rule-name>"',
                },
            }
        ],
    )
    put(events, {"id": 8}, Source=name)
    [second] = received()
    assert second["Body"] == f'"order 8 by {name}"'


def test_each_entry_has_its_answer_in_its_place(events: Any) -> None:
    good = {"Source": "shop", "DetailType": "order", "Detail": "{}"}
    answer = events.put_events(
        Entries=[good, {**good, "Detail": "x"}, {"Source": "shop"}, {**good, "Source": "aws.s3"}]
    )
    assert answer["FailedEntryCount"] == 3
    assert "EventId" in answer["Entries"][0]
    assert [one.get("ErrorCode") for one in answer["Entries"][1:]] == [
        "MalformedDetail",
        "InvalidArgument",
        "NotAuthorizedForSourceException",
    ]


def test_an_event_on_one_bus_is_forwarded_to_another_whole(
    events: Any, name: str, queue: tuple[str, str], received: Received, application: Application
) -> None:
    arn = events.create_event_bus(Name=name)["EventBusArn"]
    rule(events, name, arn)
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source":[{"prefix":""}]}')
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "q", "Arn": queue[1]}])
    answer = put(events, {"price": 1.5}, Source=name)
    [message] = received()
    event = json.loads(message["Body"])
    assert (event["source"], event["detail"]) == (name, {"price": 1.5})
    assert event["id"] == answer["Entries"][0]["EventId"]
    [fact] = [one for one in facts_of(application, EventPut) if one.bus == name]
    assert fact.sender == f"rule {name}"


def test_two_buses_that_send_to_each_other_end(
    events: Any, name: str, application: Application
) -> None:
    here, there = (events.create_event_bus(Name=name + end)["EventBusArn"] for end in "ab")
    for bus, target in ((name + "a", there), (name + "b", here)):
        events.put_rule(Name="all", EventBusName=bus, EventPattern='{"source":[{"prefix":""}]}')
        events.put_targets(Rule="all", EventBusName=bus, Targets=[{"Id": "b", "Arn": target}])
    put(events, EventBusName=name + "a")
    [given_up] = until(
        application,
        lambda: [one for one in facts_of(application, TargetGivenUp) if one.bus.startswith(name)],
    )
    assert "goes in a circle" in given_up.reason


def test_a_function_gets_the_event_only_where_its_policy_names_the_rule(
    events: Any, name: str, boto: Boto, application: Application, queue: tuple[str, str]
) -> None:
    services = application.services
    code = "def handler(event, context):\n    print('got', event['detail']['n'])\n"
    deployment = Deployment(
        name=name, configuration=Configuration(timeout=60), files={"handler.py": code}
    )
    services.loop.call(services.platform.deploy("local", deployment, run="r"))
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{name}"
    rule_arn = rule(events, name, arn, DeadLetterConfig={"Arn": queue[1]})
    put(events, {"n": 1}, Source=name)
    [fact] = until(
        application,
        lambda: [one for one in facts_of(application, TargetGivenUp) if one.rule == name],
    )
    assert (fact.attempts, fact.dead_letter) == (1, queue[1])
    assert "no resource-based policy allows" in fact.reason
    boto("lambda").add_permission(
        FunctionName=name,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule_arn,
    )
    put(events, {"n": 2}, Source=name)
    lines = until(
        application,
        lambda: [
            one.text
            for one in facts_of(application, LogWritten)
            if one.function == name and "got" in one.text
        ],
    )
    assert [line.strip() for line in lines] == ["got 2"]
    [reached] = [one for one in facts_of(application, TargetReached) if one.rule == name]
    assert reached.target == arn


def test_what_a_queue_refuses_is_dead_lettered_with_what_went_wrong(
    events: Any, name: str, queue: tuple[str, str], received: Received
) -> None:
    arn = "arn:aws:sqs:us-east-1:000000000000:nobody"
    rule_arn = rule(events, name, arn, DeadLetterConfig={"Arn": queue[1]})
    put(events, Source=name)
    [letter] = received()
    told = {key: one["StringValue"] for key, one in letter["MessageAttributes"].items()}
    assert told == {
        "RULE_ARN": rule_arn,
        "TARGET_ARN": arn,
        "ERROR_CODE": "NO_RESOURCE",
        "ERROR_MESSAGE": "The specified queue does not exist.",
        "RETRY_ATTEMPTS": "0",
    }
    assert json.loads(letter["Body"])["source"] == name


def test_a_pattern_is_tried_on_an_event(events: Any) -> None:
    event = {
        "id": "1",
        "account": "000000000000",
        "source": "shop",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail-type": "order",
        "detail": {"n": 300},
    }
    for pattern, matched in (({"detail": {"n": [300]}}, True), ({"source": ["x"]}, False)):
        answer = events.test_event_pattern(
            EventPattern=json.dumps(pattern), Event=json.dumps(event)
        )
        assert answer["Result"] is matched
    with pytest.raises(ClientError) as refused:
        events.test_event_pattern(EventPattern='{"a":[]}', Event=json.dumps(event))
    assert refusal(refused) == (
        400,
        "InvalidEventPatternException",
        "Event pattern is not valid. Reason: Empty arrays are not allowed",
    )
    with pytest.raises(ClientError) as incomplete:
        events.test_event_pattern(EventPattern='{"a":["x"]}', Event="{}")
    assert refusal(incomplete)[1] == "ValidationException"


def test_permissions_of_a_bus_are_put_shown_and_removed(events: Any, name: str) -> None:
    events.create_event_bus(Name=name)
    events.put_permission(
        EventBusName=name, Action="events:PutEvents", Principal="111122223333", StatementId="one"
    )
    policy = json.loads(events.describe_event_bus(Name=name)["Policy"])
    assert policy["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    with pytest.raises(ClientError) as refused:
        events.remove_permission(EventBusName=name, StatementId="two")
    assert refusal(refused)[1] == "ResourceNotFoundException"
    events.remove_permission(EventBusName=name, RemoveAllPermissions=True)
    assert "Policy" not in events.describe_event_bus(Name=name)


def test_lists_come_in_pages(events: Any, name: str) -> None:
    events.create_event_bus(Name=name)
    for n in range(3):
        events.put_rule(Name=f"r{n}", EventBusName=name, EventPattern='{"a":["b"]}')
    first = events.list_rules(EventBusName=name, Limit=2)
    second = events.list_rules(EventBusName=name, NextToken=first["NextToken"])
    assert [one["Name"] for one in first["Rules"] + second["Rules"]] == ["r0", "r1", "r2"]
    with pytest.raises(ClientError) as refused:
        events.list_rules(EventBusName=name, NextToken="nonsense")
    assert refusal(refused)[1] == "ValidationException"


def test_a_target_in_another_account_is_never_reached(
    events: Any, name: str, application: Application
) -> None:
    rule(events, name, "arn:aws:sqs:us-east-1:999999999999:theirs")
    put(events, Source=name)
    [fact] = until(
        application,
        lambda: [one for one in facts_of(application, TargetGivenUp) if one.rule == name],
    )
    assert fact.condition == ""


def test_a_bus_is_the_destination_of_a_function(
    events: Any,
    name: str,
    boto: Boto,
    application: Application,
    queue: tuple[str, str],
    received: Received,
) -> None:
    services = application.services
    code = "def handler(event, context):\n    return {'n': event['n'] + 1}\n"
    deployment = Deployment(
        name=name, configuration=Configuration(timeout=60), files={"handler.py": code}
    )
    services.loop.call(services.platform.deploy("local", deployment, run="r"))
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    events.put_rule(Name="all", EventBusName=name, EventPattern='{"source":["lambda"]}')
    events.put_targets(Rule="all", EventBusName=name, Targets=[{"Id": "q", "Arn": queue[1]}])
    client = boto("lambda")
    with pytest.raises(ClientError):
        client.put_function_event_invoke_config(
            FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": bus + "-none"}}
        )
    client.put_function_event_invoke_config(
        FunctionName=name, DestinationConfig={"OnSuccess": {"Destination": bus}}
    )
    client.invoke(FunctionName=name, InvocationType="Event", Payload=b'{"n": 1}')
    [message] = received()
    event = json.loads(message["Body"])
    assert event["detail-type"] == "Lambda Function Invocation Result - Success"
    assert event["source"] == "lambda"
    function = f"arn:aws:lambda:us-east-1:000000000000:function:{name}:$LATEST"
    assert event["resources"] == [bus, function]
    assert event["detail"]["responsePayload"] == {"n": 2}
    assert event["detail"]["requestContext"]["condition"] == "Success"


def test_a_queue_lets_eventbridge_in_by_its_policy_only(
    events: Any, name: str, sqs: Any, application: Application
) -> None:
    sqs.create_queue(QueueName=name)
    rule(events, name, f"arn:aws:sqs:us-east-1:000000000000:{name}")
    put(events, Source=name)
    [fact] = until(
        application,
        lambda: [one for one in facts_of(application, TargetGivenUp) if one.rule == name],
    )
    assert fact.reason.startswith("AccessDeniedException: events.amazonaws.com is not authorized")


def test_a_topic_is_a_target_and_hands_the_event_on(
    events: Any, name: str, boto: Boto, queue: tuple[str, str], received: Received
) -> None:
    sns = boto("sns")
    topic = sns.create_topic(Name=name, Attributes={"Policy": json.dumps(LET_EVENTBRIDGE_IN)})
    policy = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}
    boto("sqs").set_queue_attributes(QueueUrl=queue[0], Attributes={"Policy": json.dumps(policy)})
    sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=queue[1])
    rule(events, name, topic["TopicArn"])
    put(events, {"n": 1}, Source=name)
    [message] = received()
    assert json.loads(json.loads(message["Body"])["Message"])["detail"] == {"n": 1}


def test_what_the_lab_cannot_take_now_fails_entry_by_entry(
    events: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.sources.buses.deliveries.MOST_WAITING", -1)
    answer = put(events, Source=name)
    assert answer["FailedEntryCount"] == 1
    assert answer["Entries"][0]["ErrorCode"] == "ThrottlingException"
