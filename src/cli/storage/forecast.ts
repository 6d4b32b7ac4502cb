import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import { type Cli, type Flags, print, say } from '../cli.ts';
import { restClient } from '../rest/rest-client.ts';
import { formOf, type Row, showOne, textFlag } from '../rest/show.ts';
import { figureTexts } from './figure-texts.ts';

interface Forecast extends Row {
  readonly state: 'not-enough-data' | 'not-growing' | 'growing';
  readonly days: number;
  readonly bytes_per_day?: number;
  readonly free?: number;
  readonly full_on?: string;
}

/** `berth storage forecast` */
export async function showForecast(cli: Cli, flags: Flags): Promise<number> {
  const form = formOf(flags);
  const project = textFlag(flags, 'project');
  const path =
    project === undefined
      ? '/api/berth/v1/storage/forecast'
      : `/api/berth/v1/projects/${encodeURIComponent(project)}/storage/forecast`;
  const found = await (await restClient(cli, flags)).get<Forecast>(path);
  if (form.kind === 'table' || form.kind === 'wide') print(sentenceOf(cli, found));
  else showOne(form, found, 'state');
  return exitCodes.done;
}

function sentenceOf(cli: Cli, found: Forecast): string {
  const { state, days, bytes_per_day: perDay = 0, free, full_on: fullOn } = found;
  if (state === 'not-enough-data') return say(cli, figureTexts.notEnough, { days: String(days) });
  if (state === 'not-growing') return say(cli, figureTexts.notGrowing, { days: String(days) });
  const growth = { days: String(days), size: formatBytes(perDay) };
  if (fullOn === undefined) return say(cli, figureTexts.growing, growth);
  return say(cli, figureTexts.fullOn, { ...growth, free: formatBytes(free ?? 0), date: fullOn });
}
