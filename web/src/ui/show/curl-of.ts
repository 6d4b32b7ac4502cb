import { wholeAddress } from '../navigation/prefix.ts';

/** The request as a line for a shell; curl asks for the password. */
export function curlOf(method: string, path: string, body?: unknown): string {
  const parts = [`curl -u NAME -X ${method} '${wholeAddress(path)}'`];
  if (body !== undefined)
    parts.push(
      `-H 'Content-Type: application/json'`,
      `-d '${JSON.stringify(body).replaceAll("'", `'\\''`)}'`,
    );
  return parts.join(' \\\n  ');
}
