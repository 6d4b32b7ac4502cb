# harbor-api-client-driver.py URL USER PASSWORD calls the `harbor-api-client` library, one operation for each line
# of standard input: {"operation": its operationId, "with": {parameter: value}}, in the names of Harbor's description. A
# body becomes the library's model for it; what the library makes of the answer is printed as {"value": …} or
# {"status": …, "message": …}. An answer that the library's own validation refuses has no status.
import inspect
import json
import os
import pathlib
import re
import sys
import warnings

import harbor_client
from harbor_client import models
from harbor_client.rest import ApiException

warnings.simplefilter("error")

configuration = harbor_client.Configuration()
configuration.host = f"{sys.argv[1]}/api/v2.0"
configuration.username, configuration.password = sys.argv[2:4]
configuration.ssl_ca_cert = os.environ.get("SSL_CERT_FILE")
configuration.temp_folder_path = os.getcwd()
client = harbor_client.ApiClient(configuration)


def plain(name):
    return re.sub("[-_]", "", name).lower()


def operations():
    found = {}
    for name, kind in inspect.getmembers(harbor_client, inspect.isclass):
        if name.endswith("Api"):
            for method, function in inspect.getmembers(kind(client), inspect.ismethod):
                if method.endswith("_with_http_info"):
                    found[plain(method.removesuffix("_with_http_info"))] = function
    return found


methods = operations()


def argument(documentation, value, name):
    """The value as the library's own type for the parameter."""
    kind = re.search(rf":param (\S+) {name}:", documentation).group(1)
    if kind.startswith("list[") or hasattr(models, kind):
        return client._ApiClient__deserialize(value, kind)
    return value


def call(operation, given):
    method = methods.get(plain(operation))
    if method is None:
        raise NotImplementedError(f"the library has no operation {operation}")
    documentation = inspect.getdoc(method)
    known = {plain(name): name for name in re.findall(r":param \S+ (\w+):", documentation)}
    arguments = {}
    for name, value in given.items():
        own = known[plain(name)]
        arguments[own] = argument(documentation, value, own)
    value, _, headers = method(**arguments)
    if value is None and "Location" in headers:
        return {"location": headers["Location"]}
    if ":return: file" in documentation:
        return pathlib.Path(value).read_text()
    return client.sanitize_for_serialization(value)


for line in sys.stdin:
    asked = json.loads(line)
    try:
        answer = {"value": call(asked["operation"], asked["with"])}
    except ApiException as refused:
        answer = {"status": refused.status, "message": str(refused.body)}
    except Exception as error:
        answer = {"message": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
