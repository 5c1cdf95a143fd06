"""The front desk: whoever calls, it is to know who that is."""


def who_called(event):
    return "nobody knows"


def handler(event, context):
    caller = who_called(event)
    print("called by", caller)
    return {"caller": caller}
