import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import { type Cli, type Flags, note, say } from '../cli.ts';
import { artifactPath } from '../rest/repository-path.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { type Contents, contentsPath, noteReason, readContents } from './read-contents.ts';
import { artifactTexts } from './text.ts';

interface Comparison extends Contents {
  readonly unread_layers?: number;
  readonly config?: readonly {
    readonly section?: string;
    readonly name?: string;
    readonly before?: string;
    readonly after?: string;
  }[];
  readonly layers?: readonly {
    readonly digest?: string;
    readonly size?: number;
    readonly change?: string;
  }[];
}

interface ComparedFile {
  readonly path?: string;
  readonly change?: string;
  readonly size_before?: number;
  readonly size?: number;
}

/** From the first to the second: a line for each part of the configuration, layer and file that differs. */
export async function artifactDiff(
  cli: Cli,
  flags: Flags,
  [reference = '', other = '']: Args,
): Promise<number> {
  const form = formOf(flags);
  const path = contentsPath(reference);
  artifactPath(other);
  const platform = textFlag(flags, 'platform');
  const query = new URLSearchParams({ with: other, ...(platform === undefined ? {} : { platform }) });
  const client = await restClient(cli, flags);
  const told = await readContents<Comparison>(cli, client, `${path}/comparison?${query.toString()}`);
  const { reason, unread_layers: unread = 0 } = told;
  const rows = [...configRows(told), ...layerRows(told)];
  try {
    if (reason === undefined) {
      const files = await client.all<ComparedFile>(`${path}/comparison/files?${query.toString()}`);
      rows.push(...files.map(fileRow));
    }
  } finally {
    // Whatever becomes of the files, the rest is known.
    showRows(form, rows, { columns: ['name', 'what', 'change', 'before', 'after'] });
  }
  if (unread > 0) note(say(cli, artifactTexts.layersLeftOut, { count: unread }));
  if (reason === undefined) return exitCodes.done;
  noteReason(cli, 'filesLeftOut', { reason });
  return exitCodes.partly;
}

function configRows({ config = [] }: Comparison): readonly Row[] {
  return config.map(({ section = '', name = '', before, after }) => ({
    what: 'config',
    change: before === undefined ? 'added' : after === undefined ? 'removed' : 'changed',
    name: name === '' ? section : `${section}.${name}`,
    before,
    after,
  }));
}

function layerRows({ layers = [] }: Comparison): readonly Row[] {
  return layers
    .filter(({ change }) => change === 'added' || change === 'removed')
    .map(({ digest, size, change }) => ({
      what: 'layer',
      change,
      name: digest,
      ...(change === 'removed' ? { before: size } : { after: size }),
    }));
}

function fileRow({ path, change, size_before: before, size: after }: ComparedFile): Row {
  return { what: 'file', change, name: path, before, after };
}
