import { canOnSystem } from '../../../access/authorize.ts';
import type { Asker } from '../../../access/rest-route.ts';
import { AppError } from '../../../lib/errors.ts';
import type { RecordedType } from '../../../lib/event-types.ts';
import type { AuditEvent } from '../audit-event-store.ts';
import { auditPlacesOf, parseAuditFilter } from '../audit-filter.ts';
import { recordedTypes } from '../audit-kinds.ts';

/** What a type is called that is no row of the audit log: a job, as it is now. */
export const jobType = 'job';

/** Content on its way in; only for who asks for it, since nobody else is served by reading it. */
export const uploadType = 'upload';

/** What a client wants to be told, whatever it may see. */
export interface StreamFilter {
  readonly types: ReadonlySet<RecordedType>;
  readonly jobs: boolean;
  readonly uploads: boolean;
  /** The name of a project, and then nothing that belongs to none. */
  readonly project: string | undefined;
}

/**
 * @throws AppError BAD_REQUEST
 */
export function parseStreamFilter(given: {
  readonly type?: string | undefined;
  readonly project?: string | undefined;
}): StreamFilter {
  const project = given.project === '' ? undefined : given.project;
  if (given.type === undefined)
    return { types: new Set(recordedTypes), jobs: project === undefined, uploads: false, project };
  const names = given.type.split(',').map((name) => name.trim());
  const jobs = names.includes(jobType);
  const uploads = names.includes(uploadType);
  if (jobs && project !== undefined)
    throw new AppError('BAD_REQUEST', {
      message: 'jobs belong to no project',
      detail: `leave out the project, or the type ${jobType}`,
    });
  const others = names.filter((name) => name !== jobType && name !== uploadType);
  const types = others.length === 0 ? [] : parseAuditFilter({ type: others.join(',') }).types;
  return { types: new Set(types), jobs, uploads, project };
}

/** What somebody may be told, by rights of the moment: the rows of the audit log that a list shows, and jobs. */
export interface StreamRights {
  readonly sees: (event: Pick<AuditEvent, 'projectId'>) => boolean;
  readonly jobs: boolean;
}

export function streamRights(asker: Pick<Asker, 'grants' | 'now'>): StreamRights {
  const places = auditPlacesOf(asker);
  const jobs = canOnSystem(asker.grants, 'jobservice-monitor:list', asker.now);
  switch (places.kind) {
    case 'all':
      return { jobs, sees: () => true };
    case 'projects': {
      const except = new Set(places.except);
      return { jobs, sees: ({ projectId }) => projectId !== null && !except.has(projectId) };
    }
    case 'some': {
      const ids = new Set(places.projectIds);
      return { jobs, sees: ({ projectId }) => projectId !== null && ids.has(projectId) };
    }
  }
}
