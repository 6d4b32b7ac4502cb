# Reads messages, one JSON object a line: path, headers, body, secret. Writes what two libraries of others make of each:
# the CloudEvents SDK, where it is a CloudEvent, and Standard Webhooks, which also has to refuse another body.
import json
import sys

from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from standardwebhooks import Webhook, WebhookVerificationError


def refuses(webhook, body, headers):
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        return True
    return False


def event_of(headers, body):
    event = from_structured_event(HTTPMessage(headers=headers, body=body.encode()))
    return {
        "id": event.get_id(),
        "source": event.get_source(),
        "type": event.get_type(),
        "specversion": event.get_specversion(),
        "time": event.get_time().timestamp(),
        "datacontenttype": event.get_datacontenttype(),
        "operator": event.get_extension("operator"),
        "data": event.get_data(),
    }


for line in sys.stdin:
    message = json.loads(line)
    headers, body = message["headers"], message["body"]
    webhook = Webhook(message["secret"])
    webhook.verify(body, headers)
    told = {"path": message["path"], "refusesAnother": refuses(webhook, body + " ", headers)}
    if headers["content-type"].startswith("application/cloudevents"):
        told["event"] = event_of(headers, body)
    print(json.dumps(told))
