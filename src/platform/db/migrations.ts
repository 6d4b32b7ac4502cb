import type { Migration } from './migration.ts';
import { core } from './migrations/202611250300-core.ts';
import { oci } from './migrations/202611250820-oci.ts';

/** In the order of application. */
export const migrations: readonly Migration[] = [core, oci];
