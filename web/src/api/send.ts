import { outward } from '../ui/navigation/prefix.ts';
import { takeAsked, usualHeaders } from './ahead/asked.ts';
import { ApiError, readRefusal } from './api-error.ts';
import { connection } from './connection.ts';
import { currentView } from './view/current-view.ts';

const csrfHeader = 'X-Harbor-CSRF-Token';
const safeMethods = ['GET', 'HEAD'];

/** Of the last answer: it belongs to the session, and each answer brings one, as the page itself does. */
let csrfToken = 'document' in globalThis ? document.documentElement.dataset['csrf'] : undefined;

const endListeners = new Set<() => void>();

/** Calls when an answer is one to a stranger, though those before were not: what is public is answered all the same. */
export function onSessionEnd(listener: () => void): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly body?: BodyInit | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks the server, with the session of the browser.
 * @throws ApiError for every answer that is not a good one, and where there was none
 */
export async function send(request: Sent): Promise<Response> {
  const answer = await once(request);
  if (answer.ok) return answer;
  // The first change of a session, or of one that another tab began: the refusal brought the token.
  const refusal = await refusalOf(answer);
  if (answer.status === 403 && refusal.message.startsWith('CSRF token') && csrfToken !== undefined) {
    const again = await once(request);
    if (again.ok) return again;
    throw await refusalOf(again);
  }
  throw refusal;
}

async function once({ method, url, body, headers, signal }: Sent): Promise<Response> {
  const unsafe = !safeMethods.includes(method);
  const view = url.startsWith('/api/') ? currentView() : undefined;
  const asked = method === 'GET' && view === undefined ? takeAsked(url) : undefined;
  try {
    const answer = await (asked ??
      fetch(outward(url), {
        method,
        credentials: 'same-origin',
        headers: {
          ...usualHeaders,
          ...headers,
          ...(view === undefined ? {} : { 'X-Berth-View-As': view.token }),
          ...(unsafe && csrfToken !== undefined ? { [csrfHeader]: csrfToken } : {}),
        },
        ...(body === undefined ? {} : { body }),
        ...(signal === undefined ? {} : { signal }),
      }));
    signal?.throwIfAborted();
    takeToken(url, answer);
    connection.reached();
    return answer;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    connection.lost();
    throw new ApiError({ status: 0, code: 'UNREACHABLE', message: 'the server was not reached' });
  }
}

function takeToken(url: string, { ok, headers }: Response): void {
  const token = headers.get(csrfHeader) ?? undefined;
  const isStranger = token === undefined && ok && url.startsWith('/api/');
  if (isStranger && csrfToken !== undefined) {
    csrfToken = undefined;
    for (const listener of endListeners) listener();
  } else csrfToken = token ?? csrfToken;
}

async function refusalOf(answer: Response): Promise<ApiError> {
  return readRefusal(answer.status, await answer.text(), answer.headers.get('X-Request-Id') ?? undefined);
}
