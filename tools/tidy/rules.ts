import { bannedRules } from './banned.ts';
import { cycleRules } from './cycles.ts';
import { docRules } from './docs.ts';
import { fileRules } from './files.ts';
import { importRules } from './imports.ts';
import { leftoverRules } from './leftovers.ts';
import { licenceRules } from './licences.ts';
import { liveTableRules } from './live-tables.ts';
import { nameRules } from './names.ts';
import { packageRules } from './packages.ts';

/** Each rule reports violations under its own key. */
export const rules = {
  ...fileRules,
  ...importRules,
  ...cycleRules,
  ...packageRules,
  ...bannedRules,
  ...liveTableRules,
  ...nameRules,
  ...leftoverRules,
  ...docRules,
  ...licenceRules,
};
