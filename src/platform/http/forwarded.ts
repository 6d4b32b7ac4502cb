import type { IncomingMessage } from 'node:http';

/** What the proxies in front say about a request; lists from the client to here. */
export interface Forwarded {
  /** One for each hop; may hold anything. */
  readonly clients: readonly string[];
  /** By the last proxy. */
  readonly proto: string | undefined;
  readonly host: string | undefined;
}

/**
 * `X-Forwarded-For`, `-Proto`, `-Host`; `Forwarded` (RFC 7239) only where none of them is there, since most proxies set
 * those and pass the other on as the client sent it.
 */
export function forwarded(request: IncomingMessage): Forwarded {
  const [clients, protos, hosts] = ['for', 'proto', 'host'].map((name) =>
    listOf(request.headers[`x-forwarded-${name}`]),
  );
  if (clients !== undefined || protos !== undefined || hosts !== undefined)
    return { clients: clients ?? [], proto: protos?.at(-1)?.toLowerCase(), host: hosts?.at(-1) };
  const elements = elementsOf(request.headers.forwarded ?? '');
  const last = elements.at(-1);
  return {
    clients: elements.map((each) => each.get('for') ?? ''),
    proto: last?.get('proto')?.toLowerCase(),
    host: last?.get('host'),
  };
}

function listOf(header: string | string[] | undefined): string[] | undefined {
  if (header === undefined) return undefined;
  return String(header)
    .split(',')
    .map((each) => each.trim());
}

/** RFC 7239, 4. An element that is malformed counts as one that says nothing. */
function elementsOf(header: string): Map<string, string>[] {
  if (header === '') return [];
  return splitOutsideQuotes(header, ',').map((element) => {
    const pairs = splitOutsideQuotes(element, ';').map((pair) => /^([\w-]+)=(.*)$/s.exec(pair.trim()));
    return new Map(
      pairs.flatMap((match) =>
        match === null ? [] : [[(match[1] ?? '').toLowerCase(), unquoted(match[2] ?? '')] as const],
      ),
    );
  });
}

function splitOutsideQuotes(text: string, mark: ',' | ';'): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (quoted && text[at] === '\\') at++;
    else if (text[at] === '"') quoted = !quoted;
    else if (!quoted && text[at] === mark) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function unquoted(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/g, '$1')
    : value;
}
