import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import { type Cli, type Flags, print, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne } from '../rest/show.ts';
import { figureTexts } from './figure-texts.ts';

interface Reclaim extends Row {
  readonly trash: {
    readonly bytes: number;
    readonly by_date: readonly { readonly date: string; readonly bytes: number }[];
  };
  readonly unreferenced: number;
  readonly untagged: {
    readonly bytes: number;
    readonly repositories: readonly { readonly repository: string; readonly bytes: number }[];
  };
  readonly tags: readonly { readonly repository: string; readonly tag: string; readonly bytes: number }[];
  readonly as_of?: string;
}

/** `berth storage reclaim` */
export async function showReclaim(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const found = await (await restClient(cli, flags)).get<Reclaim>('/api/berth/v1/storage/reclaim');
  if (form.kind !== 'table' && form.kind !== 'wide') {
    showOne(form, found);
    return exitCodes.done;
  }
  const { trash, unreferenced, untagged, tags, as_of: asOf } = found;
  if (asOf === undefined) {
    print(say(cli, figureTexts.notCounted));
    return exitCodes.done;
  }
  print(say(cli, figureTexts.freeByTrash, { size: formatBytes(trash.bytes) }));
  for (const { date, bytes } of trash.by_date) print(`  ${date}\t${formatBytes(bytes)}`);
  print(say(cli, figureTexts.freeByCollection, { size: formatBytes(unreferenced) }));
  print(say(cli, figureTexts.freeByUntagged, { size: formatBytes(untagged.bytes) }));
  for (const { repository, bytes } of untagged.repositories) print(`  ${repository}\t${formatBytes(bytes)}`);
  print(say(cli, figureTexts.freeByTags));
  for (const { repository, tag, bytes } of tags) print(`  ${repository}:${tag}\t${formatBytes(bytes)}`);
  print(say(cli, figureTexts.countedAt, { asOf }));
  return exitCodes.done;
}
