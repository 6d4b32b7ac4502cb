/** What a manifest and its config say, of which nothing is sure to be there. */
export type Loose = Readonly<Record<string, unknown>>;

export function record(value: unknown): Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Loose) : {};
}

export function records(value: unknown): readonly Loose[] {
  return Array.isArray(value) ? value.map(record) : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

export interface Layer {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
  /** The line of the Dockerfile, where there is one for each layer. */
  readonly instruction: string | undefined;
}

/**
 * The layers of a manifest with the instructions that made them: a history has entries without a layer, and counts only
 * where the others are as many as the layers.
 */
export function layersOf(manifest: unknown, history: unknown): readonly Layer[] {
  const layers = records(record(manifest)['layers']);
  const made = records(history).filter((each) => each['empty_layer'] !== true);
  const known = made.length === layers.length;
  return layers.map((layer, at) => ({
    digest: text(layer['digest']) ?? '',
    size: typeof layer['size'] === 'number' ? layer['size'] : 0,
    mediaType: text(layer['mediaType']) ?? '',
    instruction: known ? shortInstruction(text(made[at]?.['created_by'])) : undefined,
  }));
}

/** As it stood in the Dockerfile, without what builders put around it. */
export function shortInstruction(line: string | undefined): string | undefined {
  return line
    ?.replace(/^\/bin\/sh -c #\(nop\)\s*/, '')
    .replace(/^\/bin\/sh -c /, 'RUN ')
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
    .trim();
}
