import assert from 'node:assert/strict';
import { HeldVerification, type Job, startVerification } from './held-verification.ts';
import type { RegistryClient } from './registry-client.ts';

/** Stops runs of one kind in the middle, of servers that are started with `env`. */
interface Held {
  readonly env: Readonly<Record<string, string>>;
  hold(): void;
  release(): void;
}

/** A kind of jobs whose server is killed in the middle: a further kind is a further row. */
export interface KillableKind {
  readonly kind: string;
  readonly held: () => Held;
  /** Behind a push of one image; returns the job's id. */
  readonly start: (client: RegistryClient) => Promise<number>;
  /** How far it is while it is held. */
  readonly isHeld: (job: Job) => boolean;
  /** Throws unless the run that ended did all that there was to do. */
  readonly requireRight: (job: Job) => void;
}

export const killableKinds: readonly KillableKind[] = [
  {
    kind: 'STORAGE_VERIFICATION',
    held: () => new HeldVerification(),
    start: (client) => startVerification(client, { hash_percent: 100 }),
    isHeld: ({ progress }) => progress?.done === 1,
    requireRight: ({ result }) => {
      // The manifest, too, once its copy is made.
      assert.ok(Number(result['hashedBlobs']) >= 2);
      assert.deepEqual([result['missing'], result['corrupt']], [0, 0]);
    },
  },
];
