import type { Sdk } from './sdk-driver.ts';

const newerThanThese = ['listAuditLogExts', 'listAuditLogEventTypes', 'getLogExts'];

const aboutJobs = [
  'getWorkerPools',
  'getWorkers',
  'stopRunningJob',
  'listJobQueues',
  'actionPendingJobs',
  'actionGetJobLog',
  'listSchedules',
  'getSchedulePaused',
];

const aboutExecutions = [
  'ListExecutionsOfWebhookPolicy',
  'ListTasksOfWebhookExecution',
  'GetLogsOfWebhookTask',
];

export const harborapi: Sdk = {
  name: 'harborapi 0.26.2',
  module: 'harborapi',
  script: 'harborapi-driver.py',
  followsLinks: true,
  additions: ['build_history', 'vulnerabilities'],
  lacks: [...newerThanThese, ...aboutJobs, 'stopGC', ...aboutExecutions],
  misreads: [],
};

export const harborApiClient: Sdk = {
  name: 'harbor-api-client 2.12.2',
  module: 'harbor-api-client',
  script: 'harbor-api-client-driver.py',
  followsLinks: false,
  additions: ['build_history', 'values.yaml', 'vulnerabilities'],
  lacks: newerThanThese,
  misreads: [],
};

export const goClient: Sdk = {
  name: 'go-client 0.213.1',
  module: 'harbor-go-client',
  followsLinks: false,
  // Its type for one is a text, which lists and objects in JSON are not.
  additions: ['values.yaml'],
  lacks: [],
  misreads: ['getVulnerabilitiesAddition'],
};
