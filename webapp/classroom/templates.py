"""Templates of events as AWS's services send them (lambda-behaviour 7)."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "event_templates"

TITLES: Mapping[str, str] = {
    "api-gateway-http": "API Gateway, HTTP API",
    "api-gateway-rest": "API Gateway, REST API",
    "function-url": "Function URL",
    "alb": "Application Load Balancer",
    "sqs": "SQS, two messages",
    "sns": "SNS notification",
    "s3-put": "S3, object created",
    "eventbridge": "EventBridge, an event of one's own",
    "schedule": "EventBridge, schedule",
    "kinesis": "Kinesis, two records",
    "dynamodb-stream": "DynamoDB stream, item modified",
    "kafka": "Kafka (MSK)",
    "rabbitmq": "RabbitMQ (Amazon MQ)",
    "logs-subscription": "CloudWatch Logs subscription",
    "destination-record": "Lambda destination, on failure",
    "cognito-pre-sign-up": "Cognito, before sign-up",
    "custom-resource": "CloudFormation custom resource",
}
"""Every template by its name, with what people call it."""


@cache
def template(name: str) -> str:
    """Return a template's JSON. Raises ``KeyError``."""
    if name not in TITLES:
        raise KeyError(name)
    return (_FOLDER / f"{name}.json").read_text(encoding="utf-8")
