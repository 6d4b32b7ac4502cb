import { runningJobs } from '../../platform/jobs/rows/job-reads.ts';
import { listQueues } from '../../platform/jobs/rows/queue-reads.ts';
import type { Sample } from '../../platform/metrics/durations.ts';
import { type ProjectTotals, RegistryTotals } from './registry-totals.ts';
import type { SourcesDeps } from './sources-deps.ts';
import { countSchedules } from './totals-store.ts';

type Labels = Sample['labels'];
type Found = Promise<readonly Sample[]>;

const one = (value: number, labels: Labels = {}): Sample[] => [{ labels, value }];

/** Harbor's names for what is of the whole registry: told by one instance. */
export function harborTotals({ db, components, settings, version }: SourcesDeps) {
  const totals = new RegistryTotals(db.reader);
  const perProject = (of: (project: ProjectTotals) => Sample[]) => async (): Found =>
    (await totals.get()).projects.flatMap(of);
  const sum =
    (of: (project: ProjectTotals) => number, wanted: (project: ProjectTotals) => boolean = () => true) =>
    async (): Found => {
      const { projects } = await totals.get();
      return one(projects.filter(wanted).reduce((all, project) => all + of(project), 0));
    };
  const isPublic = (project: ProjectTotals): boolean => project.public === 1;
  const isPrivate = (project: ProjectTotals): boolean => project.public !== 1;
  const each = (): number => 1;
  const repositories = (project: ProjectTotals): number => project.repositories;
  const open = (project: ProjectTotals): string => String(isPublic(project));
  return {
    harborHealth: async () => one((await components()).every(({ status }) => status === 'healthy') ? 1 : 0),
    harborUp: async () =>
      (await components()).flatMap(({ name, status }) =>
        one(status === 'healthy' ? 1 : 0, { component: name }),
      ),
    harborInfo: () =>
      one(1, {
        auth_mode: settings.get('auth_mode'),
        harbor_version: version,
        self_registration: String(settings.get('self_registration')),
      }),
    harborProjects: async () => {
      const { projects } = await totals.get();
      return ['true', 'false'].flatMap((text) =>
        one(projects.filter((project) => open(project) === text).length, { public: text }),
      );
    },
    harborRepositories: perProject((project) =>
      one(project.repositories, { project_name: project.name, public: open(project) }),
    ),
    harborMembers: perProject(({ name, members }) => one(Number(members ?? 0), { project_name: name })),
    harborUsage: perProject(({ name, usedBytes }) => one(usedBytes ?? 0, { project_name: name })),
    harborQuota: perProject(({ name, limitBytes }) => one(limitBytes ?? -1, { project_name: name })),
    harborPulled: perProject(({ name, pulls }) => one(pulls, { project_name: name })),
    harborArtifacts: perProject((project) =>
      Array.from(project.artifacts, ([type, count]) => ({
        labels: { artifact_type: type, project_name: project.name, public: open(project) },
        value: count,
      })),
    ),
    harborStorage: sum(({ usedBytes }) => usedBytes ?? 0),
    harborTotalProjects: sum(each),
    harborPublicProjects: sum(each, isPublic),
    harborPrivateProjects: sum(each, isPrivate),
    harborTotalRepositories: sum(repositories),
    harborPublicRepositories: sum(repositories, isPublic),
    harborPrivateRepositories: sum(repositories, isPrivate),
    guideStorage: async () => one((await totals.get()).storedBytes),
    guideProjects: sum(each),
    ...ofQueues({ db }),
  };
}

function ofQueues({ db }: Pick<SourcesDeps, 'db'>) {
  return {
    harborQueueSize: async () =>
      (await listQueues(db.reader)).flatMap(({ kind, count }) => one(count, { type: kind })),
    harborQueueLatency: async () => {
      const now = await db.now();
      return (await listQueues(db.reader)).flatMap(({ kind, oldest }) =>
        one(oldest === null ? 0 : Math.max(0, (now - oldest) / 1000), { type: kind }),
      );
    },
    harborConcurrency: async () => {
      const running = Map.groupBy(
        await runningJobs(db.reader),
        ({ kind, holder }) => `${kind} ${holder ?? ''}`,
      );
      return [...running.values()].flatMap((jobs) =>
        one(jobs.length, { type: jobs[0]?.kind ?? '', pool: jobs[0]?.holder ?? '' }),
      );
    },
    harborScheduled: async () => one(await countSchedules(db.reader)),
  };
}
