import type { Migration } from './migration.ts';
import { core } from './migrations/202611250300-core.ts';
import { access } from './migrations/202611250800-access.ts';
import { login } from './migrations/202611250810-login.ts';
import { oci } from './migrations/202611250820-oci.ts';
import { periodicJobs } from './migrations/202611271000-periodic-jobs.ts';
import { manifestCopy } from './migrations/202611271100-manifest-copy.ts';
import { instance } from './migrations/202611280130-instance.ts';
import { databaseMove } from './migrations/202611280200-database-move.ts';
import { audit } from './migrations/202611280600-audit.ts';
import { projectMetadata } from './migrations/202611281100-project-metadata.ts';
import { artifacts } from './migrations/202611281200-artifacts.ts';
import { sessionVersion } from './migrations/202611281300-session-version.ts';
import { people } from './migrations/202611281400-people.ts';
import { robots } from './migrations/202611281500-robots.ts';
import { uploadsByAccount } from './migrations/202611281600-uploads-by-account.ts';
import { immutableRules } from './migrations/202611281700-immutable-rules.ts';
import { drainingRepositories } from './migrations/202611281710-draining-repositories.ts';
import { personalTokens } from './migrations/202611281800-personal-tokens.ts';
import { repositoryLists } from './migrations/202611281805-repository-lists.ts';
import { artifactProject } from './migrations/202611281810-artifact-project.ts';
import { artifactProjectFilled } from './migrations/202611281811-artifact-project-filled.ts';
import { artifactLists } from './migrations/202611281812-artifact-lists.ts';
import { auditPeriods } from './migrations/202611281820-audit-periods.ts';
import { deviceLogins } from './migrations/202611281900-device-logins.ts';
import { formerNames } from './migrations/202611281900-former-names.ts';
import { tagGuards } from './migrations/202611281905-tag-guards.ts';
import { expiry } from './migrations/202611281910-expiry.ts';
import { ownRoles } from './migrations/202611281920-roles.ts';
import { countIndexes } from './migrations/202611282210-count-indexes.ts';
import { hiddenEvents } from './migrations/202611282230-hidden-events.ts';
import { jobs } from './migrations/202611282240-jobs.ts';
import { trash } from './migrations/202611282310-trash.ts';
import { retention } from './migrations/202611290200-retention.ts';
import { inUse } from './migrations/202611290201-in-use.ts';
import { webhooks } from './migrations/202611290300-webhooks.ts';
import { auditRemainder } from './migrations/202611290400-audit-remainder.ts';
import { storageFigures } from './migrations/202611290600-storage-figures.ts';
import { retentionDefault } from './migrations/202611290700-retention-default.ts';
import { strays } from './migrations/202611300100-strays.ts';
import { layerFiles } from './migrations/202611300200-layer-files.ts';
import { sessionUse } from './migrations/202611300400-session-use.ts';
import { batches } from './migrations/202611300500-batches.ts';
import { batchIndexes } from './migrations/202611300600-batch-indexes.ts';
import { eventIndexes } from './migrations/202611300800-event-indexes.ts';
import { batchReasons } from './migrations/202611300900-batch-reasons.ts';

/** In the order of application. */
export const migrations: readonly Migration[] = [
  core,
  access,
  login,
  oci,
  periodicJobs,
  manifestCopy,
  instance,
  databaseMove,
  audit,
  projectMetadata,
  artifacts,
  sessionVersion,
  people,
  robots,
  uploadsByAccount,
  immutableRules,
  drainingRepositories,
  personalTokens,
  repositoryLists,
  artifactProject,
  artifactProjectFilled,
  artifactLists,
  auditPeriods,
  deviceLogins,
  formerNames,
  tagGuards,
  expiry,
  ownRoles,
  countIndexes,
  hiddenEvents,
  jobs,
  trash,
  retention,
  inUse,
  webhooks,
  auditRemainder,
  storageFigures,
  retentionDefault,
  strays,
  layerFiles,
  sessionUse,
  batches,
  batchIndexes,
  eventIndexes,
  batchReasons,
];
