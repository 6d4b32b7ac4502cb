import { type CanonicalDigest, digestAlgorithm, digestHex } from '../../lib/oci/digest.ts';

/** The layout of Docker's registry 2 and 3, so that its storage is taken over without copying. */
export const layoutRoot = 'docker/registry/v2';
export const blobsRoot = `${layoutRoot}/blobs`;
/** Names, tags and links of a registry that keeps them in files; Berth has them in its database. */
export const repositoriesRoot = `${layoutRoot}/repositories`;

/** Uploads in progress. Below the same root as the blobs, so that publishing is a rename. */
export const stagingRoot = 'berth/staging';

/** Objects that nothing spoke of and an administrator had removed, until the time of the trash is over. */
export const quarantineRoot = 'berth/quarantine';

/** Copies of the database: below it is nothing that a blob's row speaks of. */
export const snapshotsRoot = 'berth/snapshots';

export const storeMarkerKey = 'berth-store.json';

export function canonicalKey(digest: CanonicalDigest): string {
  const hex = digestHex(digest);
  return `${blobsRoot}/${digestAlgorithm(digest)}/${hex.slice(0, 2)}/${hex}/data`;
}

/** `00` … `ff` */
export const hexPrefixes: readonly string[] = Array.from({ length: 256 }, (_, index) =>
  index.toString(16).padStart(2, '0'),
);
