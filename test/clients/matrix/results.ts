import type { Client } from './clients.ts';
import type { Operation } from './operations.ts';

/** What a run found for one operation of one client. */
export interface Found {
  readonly kind: 'works' | 'limit' | 'failed';
  /** The client's own words, for a limit. */
  readonly text?: string;
}

export interface Results {
  readonly client: Client;
  readonly version: string;
  readonly layerMiB: number;
  readonly found: Readonly<Partial<Record<Operation, Found>>>;
}

/** How large the large layer is: 64 MiB, or 1 GiB in a full run. */
export const layerMiB = Number(process.env['BERTH_CLIENTS_LAYER_MIB'] ?? 64);

/** Where a full run keeps what it found; undefined: nowhere. */
export const resultsFolder = process.env['BERTH_CLIENTS_RESULTS'];
