import { exitCodes } from '../../lib/start-problem.ts';
import type { Args } from '../action.ts';
import type { Cli, Flags } from '../cli.ts';
import { artifactPath } from '../rest/repository-path.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showRows, textFlag } from '../rest/show.ts';
import { contentsPath, readContents } from './read-contents.ts';

interface Comparison {
  readonly reading?: boolean;
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
  const told = await readContents<Comparison>(client, `${path}/comparison?${query.toString()}`);
  const files = await client.all<ComparedFile>(`${path}/comparison/files?${query.toString()}`);
  showRows(form, [...configRows(told), ...layerRows(told), ...files.map(fileRow)], {
    columns: ['name', 'what', 'change', 'before', 'after'],
  });
  return exitCodes.done;
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
