import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RecordedTurn } from './turn-recorder.ts';

const recorder = pathToFileURL(join(import.meta.dirname, 'turn-recorder.ts')).href;

/** The environment of a server whose turns are recorded in the folder; nothing where there is no folder. */
export function recordingTurns(
  folder: string | undefined,
  nodeOptions = '',
): Readonly<Record<string, string>> {
  if (folder === undefined) return {};
  return { TURN_RECORDER_FOLDER: folder, NODE_OPTIONS: `${nodeOptions} --import=${recorder}`.trim() };
}

/** What was recorded there, the longest first. */
export function recordedTurns(folder: string): RecordedTurn[] {
  return readdirSync(folder)
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as RecordedTurn)
    .toSorted((a, b) => b.cpuMs - a.cpuMs);
}
