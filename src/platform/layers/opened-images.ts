import { compareFiles, type FileDifference } from './compare-files.ts';
import type {
  FileComparison,
  ImageAnswers,
  ImageKey,
  ImageQuestion,
  ImageSummary,
} from './image-question.ts';
import { ImageTree } from './image-tree.ts';
import { decodeIndex, type LayerIndex } from './layer-index.ts';
import { maxImageEntries } from './layer-limits.ts';
import { UnreadableLayer } from './layer-problem.ts';
import { type FoundFile, findFile, type ListedFile, type ListOf, listFiles } from './list-files.ts';

interface Opened {
  readonly tree: ImageTree;
  readonly entries: number;
  readonly outside: readonly number[];
}

/** Images that were asked about lately, as trees. */
export class OpenedImages {
  /** The one that was asked for last is last. */
  readonly #images = new Map<ImageKey, Opened>();
  readonly #maxEntries: number;
  #compared: { readonly key: string; readonly rows: readonly FileDifference[] } | undefined;
  #listed: { readonly key: string; readonly rows: readonly ListedFile[] | undefined } | undefined;

  /** @param maxEntries of an image, its layers together */
  constructor(maxEntries = maxImageEntries) {
    this.#maxEntries = maxEntries;
  }

  /**
   * @param layers their indexes, from the lowest; undefined: of one that cannot be read
   * @throws UnreadableLayer where they are too many files together
   */
  open(key: ImageKey, layers: readonly (Uint8Array | undefined)[]): void {
    let entries = 0;
    // A layer may be there again and again, as the same bytes.
    const decoded = new Map<Uint8Array, LayerIndex>();
    const indexes = layers.map((bytes) => {
      const index =
        bytes === undefined ? { entries: [], outside: 0 } : (decoded.get(bytes) ?? decodeIndex(bytes));
      if (bytes !== undefined) decoded.set(bytes, index);
      entries += index.entries.length;
      if (entries > this.#maxEntries) throw new UnreadableLayer('too-many-entries');
      return index;
    });
    const tree = ImageTree.of(indexes.map((index) => index.entries));
    this.#images.set(key, { tree, entries, outside: indexes.map(({ outside }) => outside) });
    this.#forgetOthers();
  }

  /** Keys of the question that have to be opened first. */
  missing(question: ImageQuestion): readonly ImageKey[] {
    const keys = question.kind === 'compare' ? [question.before, question.after] : [question.image];
    return [...new Set(keys)].filter((key) => !this.#images.has(key));
  }

  answer(question: ImageQuestion): ImageAnswers[ImageQuestion['kind']] {
    switch (question.kind) {
      case 'summary':
        return summaryOf(this.#get(question.image));
      case 'list':
        return this.#list(question.image, question.of);
      case 'find':
        return foundOf(findFile(this.#get(question.image).tree, question.path, question.layer));
      case 'compare':
        return comparisonOf(this.#differences(question.before, question.after), question);
    }
  }

  #get(key: ImageKey): Opened {
    const opened = this.#images.get(key);
    if (opened === undefined) throw new Error('the image was not opened');
    this.#images.delete(key);
    this.#images.set(key, opened);
    return opened;
  }

  #list(image: ImageKey, { offset, limit, ...by }: ListOf): ImageAnswers['list'] {
    const { tree } = this.#get(image);
    const key = JSON.stringify([image, by]);
    // Whoever looks at one page of them looks at the next.
    if (this.#listed?.key !== key) this.#listed = { key, rows: listFiles(tree, by) };
    const { rows } = this.#listed;
    return rows && { items: rows.slice(offset, offset + limit), total: rows.length };
  }

  /** As with a list. */
  #differences(before: ImageKey, after: ImageKey): readonly FileDifference[] {
    const key = JSON.stringify([before, after]);
    if (this.#compared?.key !== key)
      this.#compared = { key, rows: compareFiles(this.#get(before).tree, this.#get(after).tree) };
    return this.#compared.rows;
  }

  /** Two of the largest fit, so that they can be compared. */
  #forgetOthers(): void {
    const all = (): number => [...this.#images.values()].reduce((sum, { entries }) => sum + entries, 0);
    for (const key of [...this.#images.keys()].slice(0, -2))
      if (this.#images.size > 8 || all() > 2 * this.#maxEntries) this.#images.delete(key);
  }
}

/** Without what is below it, which would be sent along. */
function foundOf(found: FoundFile | undefined): FoundFile | undefined {
  return found && { kind: found.kind, size: found.size, target: found.target, source: found.source };
}

function summaryOf({ tree, outside }: Opened): ImageSummary {
  return {
    files: tree.root.files,
    bytes: tree.root.size,
    wastedBytes: tree.wasted.reduce((sum, { size }) => sum + size, 0),
    layers: tree.counts.map((counts, at) => ({ ...counts, outside: outside[at] ?? 0 })),
  };
}

function comparisonOf(
  rows: readonly FileDifference[],
  { change, part, offset, limit }: Extract<ImageQuestion, { kind: 'compare' }>,
): FileComparison {
  const counts = { added: 0, changed: 0, removed: 0 };
  for (const row of rows) counts[row.change] += 1;
  const wanted = part.toLowerCase();
  const matching = rows.filter(
    (row) => (change === undefined || row.change === change) && row.path.toLowerCase().includes(wanted),
  );
  return { items: matching.slice(offset, offset + limit), total: matching.length, ...counts };
}
