import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const contextKey = Symbol('context');
type WithContext = IncomingMessage & { [contextKey]?: RequestContext };

const prefix = randomBytes(6).toString('hex');
let count = 0;

/** What is known of a request beside what it asks for; the log line at its end is made of it. */
export class RequestContext {
  readonly id: string;
  readonly startedAt = performance.now();
  readonly address: string;
  readonly client: string;
  /** The route's pattern, never the path. */
  route = '';
  principal = 'anonymous';
  repository: string | undefined;
  /** Why it failed, for the log. */
  error: unknown;

  constructor(request: IncomingMessage) {
    this.id = requestId(request);
    this.address = request.socket.remoteAddress ?? '';
    this.client = (request.headers['user-agent'] ?? '').slice(0, 200);
  }
}

export function contextOf(request: IncomingMessage): RequestContext {
  const holder: WithContext = request;
  holder[contextKey] ??= new RequestContext(request);
  return holder[contextKey];
}

/** A caller's own id is kept when it is harmless, so that a request can be followed through a balancer. */
function requestId(request: IncomingMessage): string {
  const given = request.headers['x-request-id'];
  if (typeof given === 'string' && /^[\w.:-]{1,64}$/.test(given)) return given;
  count += 1;
  return `${prefix}-${count.toString(36)}`;
}
