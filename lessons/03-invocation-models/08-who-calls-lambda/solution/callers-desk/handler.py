"""The front desk: whoever calls, it is to know who that is."""


def who_called(event):
    if "awslogs" in event:
        return "logs"
    if "ResponseURL" in event:
        return "cloudformation"
    if "invokingEvent" in event:
        return "config"
    if event.get("source") == "aws.scheduler":
        return "scheduler"
    if "detail-type" in event:
        return "eventbridge"
    for record in event.get("Records", []):
        source = record.get("eventSource") or record.get("EventSource", "")
        return source.removeprefix("aws:")
    return "nobody knows"


def handler(event, context):
    caller = who_called(event)
    print("called by", caller)
    return {"caller": caller}
