import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows } from '../rest/show.ts';
import { contentsPath, readContents } from './read-contents.ts';

interface Layers {
  readonly reading?: boolean;
  readonly layers?: readonly Row[];
}

export async function artifactLayers(cli: Cli, flags: Flags, [reference = '']: Args): Promise<number> {
  const form = formOf(flags);
  const path = contentsPath(reference);
  const { layers = [] } = await readContents<Layers>(await restClient(cli, flags), `${path}/layers`);
  showRows(form, layers, {
    columns: ['number', 'size', 'files', 'wasted_size', 'created_by'],
    more: ['digest', 'media_type', 'state', 'problem', 'unpacked_size', 'added', 'changed', 'removed'],
  });
  return exitCodes.done;
}
