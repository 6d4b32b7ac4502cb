import { SeededChance, seededBytes } from '../../harness/image.ts';
import { contentWith, type FileChange, type FileState, type Replay, type Survival } from './replay.ts';

/** Which writes survive that no sync has covered. */
export const contentKinds = ['all', 'none', 'subset', 'torn', 'prefix', 'late', 'holes'] as const;
export const nameKinds = ['all', 'none', 'subset', 'prefix'] as const;
/** Of them, those that lose most. */
export const hardContentKinds = ['none', 'torn', 'late'] as const;
export const hardNameKinds = ['none', 'subset'] as const;

export interface CutKind {
  readonly content: (typeof contentKinds)[number];
  readonly names: (typeof nameKinds)[number];
}

/** A disk writes so many bytes whole or not at all. */
const sectorBytes = 512;

/** Draws what survives; the same seed draws the same. */
export function drawSurvival(replay: Replay, kind: CutKind, seed: string): Survival {
  const chance = new SeededChance(seed);
  const pending = replay.pending();
  /** Where a prefix ends or what came late begins. */
  const limit = pending[chance.below(Math.max(1, pending.length))] ?? 0;
  const nameLimit = pending[chance.below(Math.max(1, pending.length))] ?? 0;
  const half = (what: string): boolean => new SeededChance(`${seed}/${what}`).below(2) === 0;
  return {
    content: (file) => contentOf(file, kind.content, { seed, limit, half }),
    keepsName(at) {
      switch (kind.names) {
        case 'all':
          return true;
        case 'none':
          return false;
        case 'subset':
          return half(`name ${at}`);
        case 'prefix':
          return at < nameLimit;
      }
    },
  };
}

interface Draw {
  readonly seed: string;
  readonly limit: number;
  readonly half: (what: string) => boolean;
}

function contentOf(file: FileState, kind: CutKind['content'], draw: Draw): Buffer {
  const { pending } = file;
  switch (kind) {
    case 'all':
      return contentWith(file, pending);
    case 'none':
      return contentWith(file, []);
    case 'subset':
      return contentWith(
        file,
        pending.filter(({ at }) => draw.half(`write ${at}`)),
      );
    case 'torn':
      return contentWith(
        file,
        pending.flatMap((change) => torn(change, draw)),
      );
    case 'prefix':
      return contentWith(
        file,
        pending.flatMap((change) =>
          change.at < draw.limit ? [change] : change.at === draw.limit ? torn(change, draw) : [],
        ),
      );
    case 'late':
      return contentWith(
        file,
        pending.filter(({ at }) => at >= draw.limit),
      );
    case 'holes':
      return withHoles(file, draw);
  }
}

/** The sectors of a write that the disk got to. */
function torn(change: FileChange, draw: Draw): FileChange[] {
  const { at, bytes, offset } = change;
  if (bytes === undefined) return draw.half(`truncation ${at}`) ? [change] : [];
  const first = Math.floor(offset / sectorBytes);
  const kept = seededBytes(
    `${draw.seed}/sectors ${at}`,
    Math.ceil((offset + bytes.length) / sectorBytes) - first,
  );
  const pieces: FileChange[] = [];
  for (const [index, random] of kept.entries()) {
    if (random < 128) continue;
    const from = Math.max(offset, (first + index) * sectorBytes);
    const to = Math.min(offset + bytes.length, (first + index + 1) * sectorBytes);
    pieces.push({ at, bytes: bytes.subarray(from - offset, to - offset), offset: from });
  }
  return pieces;
}

/** Torn, and the file has grown all the same: zeros, or what the disk held there before. */
function withHoles(file: FileState, draw: Draw): Buffer {
  const ends = file.pending.map(({ bytes, offset }) => (bytes === undefined ? 0 : offset + bytes.length));
  const size = Math.max(file.durableSize, ...ends);
  const garbage = draw.half(`garbage in ${file.path}`);
  const ground = Buffer.alloc(size - file.durableSize);
  if (garbage) seededBytes(`${draw.seed}/garbage ${file.path}`, ground.length).copy(ground);
  const grown: FileChange = { at: 0, bytes: ground, offset: file.durableSize };
  return contentWith(file, [grown, ...file.pending.flatMap((change) => torn(change, draw))]);
}
