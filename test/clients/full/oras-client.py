"""What a program that uses the `oras` library of Python does with a registry: oras-client.py HOST USER COMMAND ...

login; push and push-in-chunks REFERENCE FILE; attach REFERENCE FILE, to what was pushed by this library; pull REFERENCE FOLDER;
tags REFERENCE; delete and delete-with-token REFERENCE TAG. The password comes on standard input.
"""

import sys

import oras.client
import oras.oci


def main(host, user, command, *args):
    auth = "token" if command == "delete-with-token" else "basic"
    client = oras.client.OrasClient(hostname=host, insecure=True, auth_backend=auth)
    password = sys.stdin.read()
    if command == "login":
        print(client.login(username=user, password=password, hostname=host)["Status"])
        return
    client.auth.set_basic_auth(user, password)
    if command in ("push", "push-in-chunks"):
        reference, file = args
        answer = client.push(
            target=reference,
            files=[file],
            do_chunked=command == "push-in-chunks",
            disable_path_validation=True,
        )
        print(answer.headers["docker-content-digest"])
    elif command == "attach":
        reference, file = args
        subject = oras.oci.Subject.from_manifest(client.get_manifest(reference))
        answer = client.push(
            target=reference.rsplit(":", 1)[0] + ":attached",
            files=[file],
            subject=subject,
            disable_path_validation=True,
        )
        print(answer.headers["oci-subject"])
    elif command == "pull":
        reference, folder = args
        print("\n".join(client.pull(target=reference, outdir=folder)))
    elif command == "tags":
        print("\n".join(client.get_tags(*args)))
    elif command in ("delete", "delete-with-token"):
        reference, tag = args
        print("\n".join(client.delete_tags(reference, tag)))
    else:
        raise SystemExit(f"there is no command {command}")


main(*sys.argv[1:])
