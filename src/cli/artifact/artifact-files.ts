import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { contentsPath } from './read-contents.ts';
import { artifactTexts } from './text.ts';

export async function artifactFiles(cli: Cli, flags: Flags, [reference = '', folder]: Args): Promise<number> {
  const form = formOf(flags);
  const path = contentsPath(reference);
  const query = queryOf(flags, folder);
  const address = `${path}/files${query.size === 0 ? '' : `?${query.toString()}`}`;
  const rows = await (await restClient(cli, flags)).all<Row>(address);
  showRows(form, rows, {
    columns: ['path', 'kind', 'size', 'layer', 'change'],
    more: ['mode', 'target', 'files', 'gone_in'],
  });
  return exitCodes.done;
}

/** @throws WrongUsage */
function queryOf(flags: Flags, folder: string | undefined): URLSearchParams {
  const layer = textFlag(flags, 'layer');
  const name = textFlag(flags, 'find');
  if (layer !== undefined && !/^[1-9]\d{0,5}$/.test(layer)) throw new WrongUsage(artifactTexts.layerWrong);
  return new URLSearchParams({
    ...(folder === undefined ? {} : { path: folder }),
    ...(layer === undefined ? {} : { layer }),
    ...(name === undefined ? {} : { name }),
    ...(flags['deep'] === true ? { deep: 'true', sort: '-size' } : {}),
    ...(flags['wasted'] === true ? { wasted: 'true' } : {}),
  });
}
