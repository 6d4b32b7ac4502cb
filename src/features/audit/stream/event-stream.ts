import { principalKey } from '../../../access/principal.ts';
import { type RestRoute, restRoute, type SignedInAsker } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import { ClientStream } from './client-stream.ts';
import { EventFeed, type FeedDeps } from './event-feed.ts';
import { resumePlace } from './resume-place.ts';
import { jobType, parseStreamFilter, type StreamFilter, uploadType } from './stream-filter.ts';
import { streamText } from './stream-text.ts';

/** On one instance, of all together and of one account or token. */
const mostStreams = 500;
const mostOfOne = 50;
/** How long a browser waits before it comes again. */
const retry = 'retry: 2000\n\n';

export interface EventStreamDeps extends FeedDeps {
  /** Fires when the server is about to stop: whoever follows goes to another instance. */
  readonly draining: AbortSignal;
  /** Shorter in tests. */
  readonly heartbeatMs?: number;
}

export interface EventStream extends AsyncDisposable {
  readonly route: RestRoute;
}

/** The audit log and the jobs as they happen, on all instances. */
export function createEventStream(deps: EventStreamDeps): EventStream {
  const feed = new EventFeed(deps);
  const streams = new Map<ClientStream, string>();
  deps.draining.addEventListener('abort', () => {
    for (const stream of streams.keys()) stream.end('stopping');
  });
  const open = async (asker: SignedInAsker, filter: StreamFilter, last: string | undefined) => {
    const key = principalKey(asker.principal);
    requireRoom(streams, key);
    const { rightsNow } = asker;
    const stream = new ClientStream({ ...deps, feed, filter, rightsNow });
    streams.set(stream, key);
    stream.once('close', () => streams.delete(stream));
    try {
      const { place: newest, jobs } = await feed.join(stream);
      const found =
        last === undefined
          ? { place: newest }
          : await resumePlace(deps, asker, { text: last, settled: newest });
      const isReset = 'reset' in found;
      stream.begin({
        place: isReset ? newest : found.place,
        jobs: filter.jobs ? jobs : new Map(),
        text: isReset ? retry + streamText('reset', { reason: found.reset, message: reload }) : retry,
      });
    } catch (error) {
      stream.destroy();
      throw error;
    }
    if (deps.draining.aborted) stream.end('stopping');
    return stream;
  };
  return { route: eventsRoute(open), [Symbol.asyncDispose]: () => feed[Symbol.asyncDispose]() };
}

const reload = 'what happened since cannot be told again: read the lists anew, and go on from here';

function requireRoom(streams: ReadonlyMap<ClientStream, string>, key: string): void {
  const own = streams
    .values()
    .filter((each) => each === key)
    .toArray().length;
  if (streams.size < mostStreams && own < mostOfOne) return;
  throw new AppError('TOO_MANY_REQUESTS', {
    message:
      own < mostOfOne
        ? 'too many clients follow the events'
        : `${own} event streams of this account are open`,
    detail: 'close one of them, or try again in a while',
    headers: { 'Retry-After': '10' },
  });
}

const parameters = {
  type: {
    in: 'query',
    description: `Kinds of events, such as tag.deleted, or delete_tag as Harbor calls them, ${jobType}, and ${uploadType} (content on its way in), divided by commas; default: all but ${uploadType}.`,
    schema: { type: 'string' },
  },
  project: {
    in: 'query',
    description: 'The name of a project: only what happens in it.',
    schema: { type: 'string' },
  },
  after: {
    in: 'query',
    description: 'The id of an event of the last 24 hours: what came after it is told first.',
    schema: { type: 'string' },
  },
  'Last-Event-ID': {
    in: 'header',
    description: 'The same, as browsers send it when they come again; it goes before `after`.',
    schema: { type: 'string' },
  },
} as const;

const answers = {
  200: {
    description:
      'Messages `audit` (with an id), `job`, `upload` (only when asked for), `ready` (told is what there was), `reset` (after the id cannot be told: read the lists anew) and `end`; a comment every 15 seconds.',
    mediaType: 'text/event-stream',
    schema: { type: 'string' },
  },
} as const;

function eventsRoute(
  open: (asker: SignedInAsker, filter: StreamFilter, last: string | undefined) => Promise<ClientStream>,
): RestRoute {
  return restRoute.signedIn({
    method: 'GET',
    path: '/api/berth/v1/events',
    operationId: 'streamEvents',
    tag: 'audit',
    summary:
      'What happens from now on: the rows of the audit log that the caller may see, and jobs for who may see those. The answer does not end.',
    needs: 'signed-in',
    parameters,
    answers,
    refusals: [400, 401, 429],
    run: async ({ parameters: given }, asker) => {
      const filter = parseStreamFilter(given);
      if (given.after !== undefined && !/^\d{1,15}$/.test(given.after))
        throw new AppError('BAD_REQUEST', {
          message: 'after has to be the id of an event',
          detail: 'such as the audit log and the stream itself show; without it the stream begins now',
        });
      const last = given['Last-Event-ID'];
      const stream = await open(asker, filter, last === undefined || last === '' ? given.after : last);
      return {
        status: 200,
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store',
          // nginx would keep it back.
          'X-Accel-Buffering': 'no',
        },
        body: stream,
      };
    },
  });
}
