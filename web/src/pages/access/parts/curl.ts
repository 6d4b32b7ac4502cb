import { wholeAddress } from '../../../ui/navigation/prefix.ts';
import { quoted } from '../../../ui/text/quoted.ts';

/** `curl` with the password asked for. */
export function curl(method: string, path: string, user: string, body?: object): string {
  const data =
    body === undefined
      ? ''
      : ` \\\n  -H 'Content-Type: application/json' \\\n  -d ${quoted(JSON.stringify(body))}`;
  return `curl -X ${method} -u ${quoted(user)} ${quoted(wholeAddress(path))}${data}`;
}
