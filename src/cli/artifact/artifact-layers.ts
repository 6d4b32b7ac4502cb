import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows } from '../rest/show.ts';
import { type Contents, contentsPath, noteReason, readContents } from './read-contents.ts';

interface Layers extends Contents {
  readonly layers?: readonly (Row & {
    readonly digest?: string;
    readonly number?: number;
    readonly state?: string;
    readonly reason?: string;
  })[];
}

/** With a note on each layer that nobody could look into. */
export async function artifactLayers(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = contentsPath(reference);
  const client = await restClient(cli, flags);
  const { layers = [], reason } = await readContents<Layers>(cli, client, `${path}/layers`);
  showRows(form, layers, {
    columns: ['number', 'size', 'files', 'wasted_size', 'state', 'created_by'],
    more: ['digest', 'media_type', 'problem', 'reason', 'unpacked_size', 'added', 'changed', 'removed'],
  });
  for (const layer of layers) if (layer.reason !== undefined) noteReason(cli, 'layerLeftOut', layer);
  if (reason !== undefined) noteReason(cli, 'filesLeftOut', { reason });
  return layers.some(({ state }) => state === 'failed') ? exitCodes.partly : exitCodes.done;
}
