const mebibyte = 1024 * 1024;

/** What is spent on one layer at most; a layer beyond it is named with its reason, and the rest of the image is shown. */
export interface LayerLimits {
  /** Folders that only stand in the names of others count, too. */
  readonly entries: number;
  readonly unpackedBytes: number;
  /** How many bytes one packed byte may become, once `denseFromBytes` came out. */
  readonly ratio: number;
  readonly denseFromBytes: number;
  readonly nameBytes: number;
  /** Folders in each other. */
  readonly depth: number;
  /** Of all names and targets of links together. */
  readonly allNamesBytes: number;
  /** Of what is kept of it, packed. */
  readonly indexBytes: number;
  readonly timeMs: number;
}

export const layerLimits: LayerLimits = {
  entries: 300_000,
  unpackedBytes: 32 * 1024 * mebibyte,
  ratio: 200,
  denseFromBytes: 256 * mebibyte,
  nameBytes: 4096,
  depth: 256,
  allNamesBytes: 64 * mebibyte,
  indexBytes: 8 * mebibyte,
  timeMs: 180_000,
};

/** Of an image: its layers together. */
export const maxImageEntries = 600_000;
/** Of an image: what is kept of its layers, packed, each counted once. */
export const maxImageIndexBytes = 64 * mebibyte;
