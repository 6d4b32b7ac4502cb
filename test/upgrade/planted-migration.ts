import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../harness/berth-command.ts';
import type { SourceChange } from '../harness/changed-source.ts';

/** A further step at the end of a server's list, which only that server has. */
export function plantedMigration(input: {
  readonly statements: readonly string[];
  /** Older code cannot work on the result. */
  readonly breaking?: boolean;
}): SourceChange {
  const text = readFileSync(join(root, 'src/platform/db/migrations.ts'), 'utf8');
  const [find, list] = /= (\[[^[\]]*\]);/.exec(text) ?? [];
  if (find === undefined || list === undefined) throw new Error('the list of migrations is not where it was');
  const last = input.breaking === true ? 'steps.length + 1' : 'steps[steps.length - 1].minCompatibleVersion';
  const step = `{ name: '209901010000-planted', version: steps.length + 1, minCompatibleVersion: ${last},
    statements: () => ${JSON.stringify(input.statements)} }`;
  const replace = `= ((steps: any) => [...steps, ${step}])(${list});`;
  return { module: 'platform/db/migrations', find, replace };
}
