import { ArchiveProblem } from '../../../lib/archive-problem.ts';
import { paxNumber, paxRecords } from '../../../lib/tar/pax-records.ts';

interface PaxRecords {
  name?: string;
  target?: string;
  sizeBytes?: number;
}

/**
 * What pax says about the entry behind it, as far as it counts here (POSIX.1-2017, pax, "pax Header Block").
 * @param at of the header in the archive
 * @throws ArchiveProblem headerDamaged; entryKind for a sparse file, whose bytes are not those of the archive
 */
export function parsePax(bytes: Uint8Array, at: number): PaxRecords {
  const found: PaxRecords = {};
  for (const { key, value } of paxRecords(bytes, at)) {
    if (key.startsWith('GNU.sparse.'))
      throw new ArchiveProblem('entryKind', { entry: `byte ${at}`, type: 'S' });
    if (key === 'path') found.name = value;
    else if (key === 'linkpath') found.target = value;
    else if (key === 'size') found.sizeBytes = paxNumber(value, at);
  }
  return found;
}
