import { outward } from '../ui/navigation/prefix.ts';
import type { Answer } from './call.ts';
import { holdAlone } from './hold-alone.ts';

export type LiveEvent = NonNullable<Answer<'GET /api/berth/v1/audit'>['items']>[number];

export type LiveMessage =
  | { readonly kind: 'event'; readonly event: LiveEvent }
  | { readonly kind: 'job' }
  /** Something was missed: what is shown has to be asked for anew. */
  | { readonly kind: 'reset' };

/** What changes lists; pulls and sign-ins would be told all the time and change none that is shown. */
const types = [
  'artifact.deleted',
  'artifact.pushed',
  'artifact.restored',
  'job',
  'project.created',
  'project.deleted',
  'project.renamed',
  'project.restored',
  'project.updated',
  'repository.deleted',
  'repository.moved',
  'repository.restored',
  'repository.updated',
  'tag.deleted',
  'tag.moved',
  'tag.restored',
];
const address = `/api/berth/v1/events?type=${types.join(',')}`;
/** Where there is no stream, as behind a proxy that ends it: lists are asked for this often, and it is tried again. */
const pollMs = 15_000;

/**
 * Tells what happens, as long as it is open: one stream for all tabs of a browser, held by one of them and passed on to the
 * others. A console below another path of the host has sign-ins of its own, and not everybody may hear the same.
 */
export function openLive(userId: number, tell: (message: LiveMessage) => void): { close(): void } {
  const name = `berth-live ${outward('/')} ${userId}`;
  const channel = new BroadcastChannel(name);
  channel.addEventListener('message', ({ data }: MessageEvent<LiveMessage>) => tell(data));
  const ended = new AbortController();
  holdAlone(name, ended.signal, (signal) =>
    stream(signal, (message) => {
      tell(message);
      channel.postMessage(message);
    }),
  );
  return {
    close: () => {
      ended.abort();
      channel.close();
    },
  };
}

/** Until the signal: the browser comes back by itself, with what it heard last; a refusal ends that, and is asked again. */
function stream(signal: AbortSignal, tell: (message: LiveMessage) => void): void {
  let source = follow(tell);
  const timer = setInterval(() => {
    if (source.readyState !== EventSource.CLOSED) return;
    tell({ kind: 'reset' });
    source = follow(tell);
  }, pollMs);
  signal.addEventListener('abort', () => {
    source.close();
    clearInterval(timer);
  });
}

function follow(tell: (message: LiveMessage) => void): EventSource {
  const source = new EventSource(outward(address));
  source.addEventListener('audit', ({ data }: MessageEvent<string>) =>
    tell({ kind: 'event', event: JSON.parse(data) as LiveEvent }),
  );
  source.addEventListener('job', () => tell({ kind: 'job' }));
  source.addEventListener('reset', () => tell({ kind: 'reset' }));
  return source;
}
