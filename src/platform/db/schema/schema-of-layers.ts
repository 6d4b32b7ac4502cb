/** Row types of the tables of what layers hold. */
export interface SchemaOfLayers {
  layer_files: LayerFilesTable;
}

interface LayerFilesTable {
  blob_id: number;
  /** Which code can read `content`. */
  format: number;
  read_at: number;
  /** Why it could not be read; then `content` is empty. */
  problem: string | null;
  content: Uint8Array;
}
