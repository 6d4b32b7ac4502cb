import type { Migration } from '../migration.ts';

/** The open uploads of an account are counted before each new one. */
export const uploadsByAccount: Migration = {
  name: '202611281600-uploads-by-account',
  version: 15,
  minCompatibleVersion: 2,
  statements: () => [`create index upload_by_principal on upload (principal) where finished_digest is null`],
};
