// Loaded into the server with `node --import`; the query of its own address says what to change.

import { registerHooks } from 'node:module';
import type { SourceChange } from './changed-source.ts';

const asked = new URL(import.meta.url).searchParams.get('changes') ?? '[]';
const changes = JSON.parse(asked) as readonly SourceChange[];

/** `platform/db/sqlite/log-file` of a module of the server. */
function moduleOf(url: string): string | undefined {
  return /\/src\/(.+)\.ts$/.exec(url)?.[1];
}

function changed(source: string, { module, find, replace }: SourceChange): string {
  const [before, after, ...more] = source.split(find);
  if (before === undefined || after === undefined || more.length > 0)
    throw new Error(`${module} has to have this once: ${find}`);
  return before + replace + after;
}

registerHooks({
  load(url, context, nextLoad) {
    if (url.endsWith('/dist/main.js'))
      throw new Error('a release has one file in which modules cannot be told apart: change the checkout');
    const loaded = nextLoad(url, context);
    const wanted = changes.filter(({ module }) => module === moduleOf(url));
    if (wanted.length === 0) return loaded;
    const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: wanted.reduce(changed, text) };
  },
});
