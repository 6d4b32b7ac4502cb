import type { FileDifference } from './compare-files.ts';
import type { LayerCounts } from './image-tree.ts';
import type { FoundFile, ListedFile, ListOf } from './list-files.ts';

/** Names an image among those that were opened. */
export type ImageKey = string;

export type ImageQuestion =
  | { readonly kind: 'summary'; readonly image: ImageKey }
  | { readonly kind: 'list'; readonly image: ImageKey; readonly of: ListOf }
  | {
      readonly kind: 'find';
      readonly image: ImageKey;
      readonly path: string;
      readonly layer: number | undefined;
    }
  | {
      readonly kind: 'compare';
      readonly before: ImageKey;
      readonly after: ImageKey;
      readonly change: FileDifference['change'] | undefined;
      readonly part: string;
      readonly offset: number;
      readonly limit: number;
    };

export interface ImageSummary {
  readonly files: number;
  readonly bytes: number;
  readonly wastedBytes: number;
  readonly layers: readonly (LayerCounts & { readonly outside: number })[];
}

export interface FileComparison {
  readonly items: readonly FileDifference[];
  readonly total: number;
  /** Of all, whatever was asked for. */
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
}

export interface ImageAnswers {
  readonly summary: ImageSummary;
  /** Undefined: there is no such folder. */
  readonly list: { readonly items: readonly ListedFile[]; readonly total: number } | undefined;
  readonly find: FoundFile | undefined;
  readonly compare: FileComparison;
}
