"""The payment service. Each message in its queue is one charge."""

import json

import boto3

sqs = boto3.client("sqs")
queue = sqs.get_queue_url(QueueName="asynchronous-payments.fifo")["QueueUrl"]


class NoReceipt(Exception):
    """It was charged, and the receipt was lost on its way back."""


def charge(order, *, key):
    """Charge an order. A key that it had in the last 5 minutes charges nothing."""
    sqs.send_message(
        QueueUrl=queue,
        MessageBody=json.dumps({"order_id": order["order_id"], "amount": order["amount"]}),
        MessageGroupId=order["order_id"],
        MessageDeduplicationId=key,
    )
