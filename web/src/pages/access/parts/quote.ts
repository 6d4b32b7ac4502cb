/** A word for a shell: in single quotes where it is not plain, since `robot$ci` means something else without. */
export function quote(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** `curl` with the password asked for. */
export function curl(method: string, path: string, user: string, body?: object): string {
  const data =
    body === undefined
      ? ''
      : ` \\\n  -H 'Content-Type: application/json' \\\n  -d ${quote(JSON.stringify(body))}`;
  return `curl -X ${method} -u ${quote(user)} ${quote(`${location.origin}${path}`)}${data}`;
}
