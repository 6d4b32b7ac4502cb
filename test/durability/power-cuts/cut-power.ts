import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { SeededChance } from '../../harness/image.ts';
import { removeFolder, temporaryFolder } from '../../harness/temporary-folder.ts';
import { type AddressHistory, allowedAfter } from './acknowledgements.ts';
import { checkCut, type Expectation, type Finding } from './check-cut.ts';
import {
  type CutKind,
  contentKinds,
  drawSurvival,
  hardContentKinds,
  hardNameKinds,
  nameKinds,
} from './power-cut.ts';
import type { Recording } from './recording.ts';
import { type IgnoredSync, materialise, Replay } from './replay.ts';

export interface CutPlan {
  readonly cuts: number;
  readonly seed: string;
  /** Controls: syncs that the server is taken not to have made. */
  readonly ignored?: IgnoredSync;
  /** Controls: instead of the recording's own. */
  readonly histories?: readonly AddressHistory[];
  /** Controls: only cuts right behind an answer that drop much. */
  readonly hard?: boolean;
}

export interface CutTotals {
  cuts: number;
  compared: number;
  strays: number;
  /** Cuts after which something acknowledged was wrong. */
  lost: number;
  /** Cuts after which the server did not start, or its database or storage was not sound. */
  corrupt: number;
  readonly kinds: Map<string, number>;
  /** Of the first few. */
  readonly problems: string[];
}

interface Cut extends CutKind {
  readonly no: number;
  /** Records that took effect. */
  readonly records: number;
}

/** Servers that are started at a time. */
const atOnce = 4;
const earlyRecords = 150;
/** Thousands of starts: where a sync costs nothing. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** Cuts the power at instants of a recording, starts the server on what is left, and compares. */
export async function cutPower(recording: Recording, plan: CutPlan): Promise<CutTotals> {
  const totals: CutTotals = {
    cuts: 0,
    compared: 0,
    strays: 0,
    lost: 0,
    corrupt: 0,
    kinds: new Map(),
    problems: [],
  };
  const left = remains(recording, plan);
  const worker = async (): Promise<void> => {
    for (const { cut, folder, expectations } of left) {
      const finding = await checkCut(folder, expectations, cut.no % 10 === 0);
      count(totals, cut, finding);
      removeFolder(folder);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return totals;
}

interface Remains {
  readonly cut: Cut;
  readonly folder: string;
  readonly expectations: readonly Expectation[];
}

/** Walks the trace once. */
function* remains(recording: Recording, plan: CutPlan): Generator<Remains> {
  const { records } = recording;
  const histories = plan.histories ?? recording.histories;
  const replay = new Replay(recording.rootInode, plan.ignored);
  for (const cut of drawCuts(recording, plan)) {
    for (const record of records.slice(replay.at, cut.records)) replay.apply(record);
    const folder = temporaryFolder(memory);
    materialise(replay, drawSurvival(replay, cut, `${plan.seed}/${cut.no}`), folder);
    const at = { records: cut.records, traceBytes: records[cut.records - 1]?.endOffset ?? 0 };
    const expectations = histories.map((history) => ({
      address: history.address,
      allowed: allowedAfter(history, at),
    }));
    yield { cut, folder, expectations };
  }
}

/** In the order of their instants. A seventh falls into the beginning, a third right behind an answer. */
function drawCuts(recording: Recording, { cuts, seed, hard = false, histories }: CutPlan): Cut[] {
  const chance = new SeededChance(seed);
  const { length } = recording.records;
  const answers = (histories ?? recording.histories)
    .flatMap(({ changes }) => changes.map(({ answeredAt }) => answeredAt))
    .filter((at) => at < length);
  const contents = hard ? hardContentKinds : contentKinds;
  const names = hard ? hardNameKinds : nameKinds;
  const drawn = Array.from({ length: cuts }, (_, no) => {
    const answered = answers[chance.below(answers.length)] ?? 0;
    const behindAnswer = answered + 1 + (hard ? 0 : chance.below(3));
    const anywhere = chance.below(no % 7 === 0 ? earlyRecords : length);
    return {
      no,
      records: hard || no % 3 === 1 ? Math.min(behindAnswer, length) : anywhere,
      content: contents[no % contents.length] ?? 'none',
      names: names[chance.below(names.length)] ?? 'none',
    };
  });
  return drawn.toSorted((a, b) => a.records - b.records);
}

function count(totals: CutTotals, cut: Cut, finding: Finding): void {
  totals.cuts += 1;
  totals.compared += finding.compared;
  totals.strays += finding.strays;
  if (finding.lost.length > 0) totals.lost += 1;
  if (finding.corrupt.length > 0) totals.corrupt += 1;
  for (const kind of [`content ${cut.content}`, `names ${cut.names}`])
    totals.kinds.set(kind, (totals.kinds.get(kind) ?? 0) + 1);
  const problems = [...finding.lost, ...finding.corrupt];
  if (problems.length > 0 && totals.problems.length < 10)
    totals.problems.push(
      `cut ${cut.no} behind ${cut.records} records (${cut.content}, names ${cut.names}): ${problems.slice(0, 3).join('; ')}`,
    );
}
