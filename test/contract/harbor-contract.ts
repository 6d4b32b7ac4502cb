// Harbor's description of its API, version 2.0: names and types only.

import { readFileSync } from 'node:fs';

/** A name of a type, a list of one, a map of one, or nothing. */
export type Type = string | readonly [Type] | { readonly '*': Type } | null;

export interface HarborParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly type: Type;
  readonly default?: unknown;
  readonly maximum?: number;
  readonly enum?: readonly string[];
}

export interface HarborOperation {
  readonly method: string;
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly parameters: readonly HarborParameter[];
  readonly answers: Readonly<Record<string, Type>>;
}

export interface HarborContract {
  readonly operations: readonly HarborOperation[];
  readonly definitions: Readonly<Record<string, Readonly<Record<string, Type>>>>;
}

export const contract = JSON.parse(
  readFileSync(new URL('testdata/harbor-operations.json', import.meta.url), 'utf8'),
) as HarborContract;

/** Addresses below `/api` that Harbor has and does not describe, and Berth's own. */
export const undescribed: readonly string[] = [
  'syncQuota',
  'renameAdmin',
  'getVersion',
  'getOpenApiDocument',
  'getCurrentRobot',
  'listGroupMembers',
  'addGroupMember',
  'removeGroupMember',
  'listPersonalTokens',
  'createPersonalToken',
  'revokePersonalToken',
  'getCurrentPersonalToken',
  'revokeCurrentPersonalToken',
  'setUserDisabled',
  'getVisibleProject',
  'listVisibleProjects',
  'listAccess',
  'getSystemState',
  'listSessions',
  'revokeSession',
  'revokeOtherSessions',
  'listAuditEvents',
  'listGrants',
  'getGrant',
  'createGrant',
  'deleteGrant',
  'explainAccess',
  'listOwnPermissions',
  'searchEverything',
  'beginView',
  'listRepositoryTree',
  'listRoles',
  'createRole',
  'updateRole',
  'deleteRole',
  'createBatch',
  'listBatches',
  'getBatch',
  'listBatchItems',
  'undoBatch',
  'cancelBatch',
  'listTagHistory',
  'listTagsOfRepository',
  'getManifest',
  'listLayers',
  'listIndexes',
  'listFiles',
  'downloadFile',
  'getFileContent',
  'compareArtifacts',
  'compareFiles',
  'restoreTag',
  'listProtectedTags',
  'createProtectedTags',
  'updateProtectedTags',
  'deleteProtectedTags',
  'listTrash',
  'getTrash',
  'restoreTrash',
  'purgeTrash',
  'listBlockedDigests',
  'unblockDigest',
  'beginDeviceLogin',
  'takeDeviceToken',
  'getDeviceLogin',
  'answerDeviceLogin',
  'listExpiring',
  'listSettings',
  'exportAuditLog',
  'countAuditEvents',
  'streamEvents',
  'renameProject',
  'moveRepository',
  'listFormerNames',
  'listJobs',
  'getJob',
  'getJobLog',
  'cancelJob',
  'retryJob',
  'startStorageVerification',
  'getStorageVerificationSchedule',
  'setStorageVerificationSchedule',
  'deleteStorageVerificationSchedule',
  'listStorageStrays',
  'getStorageStrayPlan',
  'removeStorageStrays',
  'restoreStorageStrays',
  'startStorageReconciliation',
  'getStorageReconciliationSchedule',
  'setStorageReconciliationSchedule',
  'deleteStorageReconciliationSchedule',
  'getDefaultRetention',
  'putDefaultRetention',
  'deleteDefaultRetention',
  'listImagesInUse',
  'putImagesInUse',
  'deleteImagesInUse',
  'previewRetention',
  'getRetentionPlan',
  'applyRetentionPlan',
  'releaseFormerName',
  'listStorageUsage',
  'getStorageTotal',
  'listStorageCost',
  'getReclaimableStorage',
  'getStorageForecast',
  'getProjectStorageForecast',
  'getProjectDefaults',
  'putProjectDefaults',
  'listWebhookDeliveries',
  'testWebhook',
  'redeliverWebhook',
  'listSystemWebhooks',
  'getSystemWebhook',
  'createSystemWebhook',
  'updateSystemWebhook',
  'deleteSystemWebhook',
  'listSystemWebhookDeliveries',
  'testSystemWebhook',
  'redeliverSystemWebhook',
];

/** Whether it answers pages of a list. */
export function isPaged({ parameters, answers }: Pick<HarborOperation, 'parameters' | 'answers'>): boolean {
  // One that has the parameters and answers one thing makes nothing of them.
  return (
    ['page', 'page_size'].every((name) => parameters.some((each) => each.name === name)) &&
    Array.isArray(answers['200'])
  );
}
