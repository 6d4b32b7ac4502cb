import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { clientAddress } from './client-address.ts';
import type { Place } from './load/fair-share.ts';
import { type Outside, originOf, prefixOf } from './origin-of.ts';
import { plainAddress, TrustedProxies } from './trusted-proxies.ts';

const contextKey = Symbol('context');
type WithContext = IncomingMessage & { [contextKey]?: RequestContext };

const prefix = randomBytes(6).toString('hex');
let count = 0;

/** What is known of a request beside what it asks for; the log line at its end is made of it. */
export class RequestContext {
  readonly id: string;
  readonly startedAt = performance.now();
  /** Of who asks, in front of the trusted proxies; empty on a Unix socket. */
  readonly clientAddress: string;
  readonly client: string;
  /** The route's pattern, never the path. */
  route = '';
  principal = 'anonymous';
  repository: string | undefined;
  /** Joined to whatever is answered below `/api`, refusals too. */
  readonly answerHeaders: Record<string, string> = {};
  /** Why it failed, for the log. */
  error: unknown;
  /** The whole answer was written, whatever becomes of the connection. */
  answered = false;
  /** Among those of all clients; undefined on a Unix socket. */
  place: Place | undefined;
  readonly #request: IncomingMessage;
  readonly #outside: Outside;

  constructor(request: IncomingMessage, outside: Outside) {
    this.#request = request;
    this.#outside = outside;
    this.id = requestId(request);
    this.clientAddress = clientAddress(outside.proxies, request);
    this.client = (request.headers['user-agent'] ?? '').slice(0, 200);
  }

  /** Its connection is used for anybody. */
  get byProxy(): boolean {
    return this.#outside.proxies.trusts(plainAddress(this.#request.socket.remoteAddress ?? ''));
  }

  /** Scheme and host that an absolute link in the answer starts with. */
  get origin(): string {
    return originOf(this.#outside, this.#request);
  }

  /** The path below which the client finds this server; empty: at the root. */
  get prefix(): string {
    return prefixOf(this.#outside, this.#request);
  }
}

/** At the beginning of a request. */
export function openContext(request: IncomingMessage, outside: Outside): RequestContext {
  const holder: WithContext = request;
  holder[contextKey] = new RequestContext(request, outside);
  return holder[contextKey];
}

const unknownOutside: Outside = { externalUrl: undefined, proxies: new TrustedProxies([]) };

export function contextOf(request: IncomingMessage): RequestContext {
  const holder: WithContext = request;
  holder[contextKey] ??= new RequestContext(request, unknownOutside);
  return holder[contextKey];
}

/** A caller's own id is kept when it is harmless, so that a request can be followed through a balancer. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given;
  return newRequestId();
}

export function newRequestId(): string {
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
