import type { RestRoute } from './access/rest-route.ts';
import { createArtifacts } from './features/artifacts/artifacts.ts';
import { createAudit } from './features/audit/audit.ts';
import { createGrants } from './features/grants/grants.ts';
import { createGroups } from './features/groups/groups.ts';
import { createImmutability } from './features/immutability/immutability.ts';
import { createLabels } from './features/labels/labels.ts';
import { createMembers } from './features/members/members.ts';
import { createProjects } from './features/projects/projects.ts';
import { createProtectedTags } from './features/protected-tags/protected-tags.ts';
import { createRepositories } from './features/repositories/repositories.ts';
import { createRoles } from './features/roles/roles.ts';
import { createSearch } from './features/search/search.ts';
import { createSessionList } from './features/sessions/sessions.ts';
import { createSettings } from './features/settings/settings.ts';
import { createStorage } from './features/storage/storage.ts';
import { createTrash } from './features/trash/trash.ts';
import { createUsers } from './features/users/users.ts';

type Given = Parameters<typeof createUsers>[0] &
  Parameters<typeof createProjects>[0] &
  Parameters<typeof createAudit>[0] &
  Parameters<typeof createGrants>[0] &
  Parameters<typeof createRepositories>[0] &
  Parameters<typeof createArtifacts>[0] &
  Parameters<typeof createTrash>[0];

/** The operations of the folders that have nothing else to offer. */
export function restFeatures(deps: Given): readonly RestRoute[] {
  return [
    createUsers(deps),
    createGrants(deps),
    createGroups(deps),
    createMembers(deps),
    createAudit(deps),
    createImmutability(deps),
    createProtectedTags(deps),
    createProjects(deps),
    createSearch(deps),
    createSessionList(deps),
    createSettings(deps),
    createRepositories(deps),
    createArtifacts(deps),
    createLabels(deps),
    createRoles(deps),
    createStorage(deps),
    createTrash(deps),
  ].flatMap(({ routes }) => routes);
}
