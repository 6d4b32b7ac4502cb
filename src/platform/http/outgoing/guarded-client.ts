import { lookup } from 'node:dns/promises';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { AddressRange } from '../../config/addresses/address-range.ts';
import { guardedConnect, hostOf, type Lookup, notPermitted } from './guarded-connect.ts';
import { OutgoingProblem } from './outgoing-problem.ts';
import { PermittedAddresses } from './permitted-addresses.ts';

const maxRedirects = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** All that another host than the one that was meant gets to see. Credentials have many names. */
const forEveryHost: ReadonlySet<string> = new Set(['accept', 'content-type', 'user-agent']);

export interface OutgoingRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
  /** For everything together: names, connections, redirects, body. */
  readonly timeOutMs: number;
  readonly maxAnswerBytes: number;
  /** A longer answer is cut, and one whose end does not come in time ends there, instead of being a problem. */
  readonly cut?: true;
  /** `answered`: a redirect is the answer. */
  readonly redirects?: 'followed' | 'answered';
  /** Whose certificate it is, is not looked at. */
  readonly anyCertificate?: true;
}

export interface OutgoingAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What the administrator decides. */
export interface OutgoingRules {
  /** Of addresses that are not of the public internet. */
  readonly permitted: readonly AddressRange[];
  /** Names of hosts, in small letters; undefined: all. */
  readonly destinations: ReadonlySet<string> | undefined;
  /** The addresses of this machine now, as `ipaddr` writes them; left out: none. */
  readonly own?: () => ReadonlySet<string>;
}

interface Hop {
  readonly method: OutgoingRequest['method'];
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

/** The only way out: whoever gives a URL may mean the inside of this network (SSRF). */
export class GuardedClient {
  readonly #addresses: PermittedAddresses;
  readonly #destinations: OutgoingRules['destinations'];
  readonly #lookup: Lookup;

  constructor(rules: OutgoingRules, resolve: Lookup = (hostname) => lookup(hostname, { all: true })) {
    this.#addresses = new PermittedAddresses(rules.permitted, rules.own);
    this.#destinations = rules.destinations;
    this.#lookup = resolve;
  }

  /**
   * Follows redirects, each looked at like the first address.
   * @throws OutgoingProblem
   */
  async send(asked: OutgoingRequest): Promise<OutgoingAnswer> {
    const signal = AbortSignal.timeout(asked.timeOutMs);
    const follows = asked.redirects !== 'answered';
    const { method, headers, body } = asked;
    let hop: Hop = { method, url: parseUrl(asked.url), headers, body };
    try {
      for (let count = 0; count <= maxRedirects; count += 1) {
        const answer = await this.#once(hop, asked, signal);
        if (!follows || !redirects.has(answer.status)) return answer;
        hop = nextHop(hop, answer);
      }
    } catch (error) {
      if (error instanceof OutgoingProblem) throw error;
      if (signal.aborted)
        throw new OutgoingProblem('timeOut', `${hop.url.host} did not answer in time`, { cause: error });
      throw new OutgoingProblem('unreachable', `${hop.url.host} cannot be reached`, { cause: error });
    }
    throw new OutgoingProblem('redirect', `${hop.url.host} redirects more than ${maxRedirects} times`);
  }

  /**
   * What can be said of an address before anything is sent: a name may lead anywhere by then.
   * @throws OutgoingProblem url, destination, address
   */
  requirePlausible(text: string): void {
    const url = parseUrl(text);
    this.#requireDestination(url);
    const host = hostOf(url);
    if (isIP(host) !== 0 && !this.#addresses.has(host)) throw notPermitted(url);
  }

  #requireDestination({ hostname }: URL): void {
    if (this.#destinations?.has(hostname) === false)
      throw new OutgoingProblem('destination', `${hostname} is not among the destinations that are allowed`);
  }

  async #once(hop: Hop, asked: OutgoingRequest, signal: AbortSignal): Promise<OutgoingAnswer> {
    const { url } = hop;
    this.#requireDestination(url);
    const anyCertificate = asked.anyCertificate === true;
    const deps = { lookup: this.#lookup, addresses: this.#addresses, anyCertificate };
    const socket = await guardedConnect(deps, url, signal);
    try {
      const response = await answerOn(socket, hop, signal);
      const { statusCode: status = 0, headers } = response;
      // Where it leads is all that counts of a redirect.
      const body = redirects.has(status) ? Buffer.alloc(0) : await bodyOf(response, asked, url);
      return { status, headers, body };
    } finally {
      socket.destroy();
    }
  }
}

function answerOn(socket: Socket, hop: Hop, signal: AbortSignal): Promise<IncomingMessage> {
  const { method, url, headers, body } = hop;
  const length = body === undefined ? {} : { 'Content-Length': String(body.length) };
  return new Promise((resolve, reject) => {
    const started = request({
      createConnection: () => socket,
      method,
      path: url.pathname + url.search,
      headers: { ...headers, ...length, Host: url.host, Connection: 'close' },
      signal,
    });
    started.once('response', resolve);
    started.on('error', reject);
    started.end(body);
  });
}

async function bodyOf(
  response: IncomingMessage,
  { maxAnswerBytes, cut }: OutgoingRequest,
  url: URL,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length;
      pieces.push(piece);
      if (bytes <= maxAnswerBytes) continue;
      if (cut === true) break;
      throw new OutgoingProblem(
        'tooLarge',
        `the answer of ${url.host} is larger than ${maxAnswerBytes} bytes`,
      );
    }
  } catch (error) {
    // The status has come, which is what counts where the rest may be cut.
    if (cut !== true) throw error;
  }
  return Buffer.concat(pieces).subarray(0, maxAnswerBytes);
}

/** @throws OutgoingProblem url */
function parseUrl(text: string): URL {
  const url = URL.parse(text);
  // A user in a URL hides where it leads, and is written into logs.
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new OutgoingProblem('url', 'this is no http or https URL, or one with a user in it');
  return url;
}

/** RFC 9110, 15.4; as browsers do it, a POST that is told of another place becomes a GET. */
function nextHop(hop: Hop, { status, headers: { location } }: OutgoingAnswer): Hop {
  const url = location === undefined ? null : URL.parse(location, hop.url);
  if (url === null) throw new OutgoingProblem('redirect', `${hop.url.host} redirects to no address`);
  const next = parseUrl(url.href);
  if (hop.url.protocol === 'https:' && next.protocol === 'http:')
    throw new OutgoingProblem('redirect', `${hop.url.host} redirects from HTTPS to HTTP`);
  const becomesGet = hop.method !== 'HEAD' && (status === 303 || (status < 303 && hop.method === 'POST'));
  const sameHost = next.origin === hop.url.origin;
  const headers = Object.entries(hop.headers).filter(
    ([name]) => sameHost || forEveryHost.has(name.toLowerCase()),
  );
  return {
    method: becomesGet ? 'GET' : hop.method,
    url: next,
    headers: Object.fromEntries(headers),
    body: becomesGet ? undefined : hop.body,
  };
}
