import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import {
  mostUntagged,
  pageOfFigures,
  storageTotal,
  trashDaysOf,
  untaggedBytes,
} from '../../content/figures/figure-reads.ts';
import type { Database } from '../../platform/db/database.ts';
import { apiTime } from '../../platform/http/api/api-time.ts';

const bytes = { type: 'integer', format: 'int64' } as const;
const text = { type: 'string' } as const;
const dayMs = 24 * 60 * 60 * 1000;
/** Of tags and of repositories. */
const shown = 10;

export const dateOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10);

const reclaimSchema = {
  type: 'object',
  properties: {
    trash: {
      type: 'object',
      properties: {
        bytes: { ...bytes, description: 'What emptying it gives back.' },
        by_date: {
          type: 'array',
          description: 'When that comes by itself, by the day on which it ends (UTC).',
          items: { type: 'object', properties: { date: text, bytes } },
        },
      },
    },
    unreferenced: { ...bytes, description: 'What a garbage collection gives back.' },
    untagged: {
      type: 'object',
      properties: {
        bytes: {
          ...bytes,
          description:
            'What the removal of all untagged artifacts gives back, repository by repository; what several of them share is not in it.',
        },
        repositories: {
          type: 'array',
          description: 'Those with most of it.',
          items: { type: 'object', properties: { repository: text, bytes } },
        },
      },
    },
    tags: {
      type: 'array',
      description: 'Those whose removal gives back most; each for itself.',
      items: { type: 'object', properties: { repository: text, tag: text, bytes } },
    },
    as_of: { type: 'string', format: 'date-time', description: 'Absent before the first count.' },
  },
} as const;

export function reclaimRoutes({ db }: { readonly db: Database }): readonly RestRoute[] {
  return [
    restRoute.system({
      method: 'GET',
      path: '/api/berth/v1/storage/reclaim',
      operationId: 'getReclaimableStorage',
      tag: 'storage',
      summary:
        'What could be given back: by the trash, a garbage collection, untagged artifacts, the largest tags.',
      needs: 'system',
      permission: 'system-volumes:read',
      parameters: {},
      answers: { 200: { description: 'As it was counted last.', schema: reclaimSchema } },
      refusals: [401, 403],
      run: async () => {
        const total = await storageTotal(db.reader);
        const days = await trashDaysOf(db.reader);
        const tags = await pageOfFigures(db.reader, {
          kind: 'tag',
          visible: { kind: 'all' },
          sort: { key: 'unique', descending: true },
          offset: 0,
          limit: shown,
        });
        return {
          status: 200,
          body: {
            trash: {
              bytes: total?.trashBytes ?? 0,
              by_date: days.map((each) => ({ date: dateOf(each.day), bytes: each.bytes })),
            },
            unreferenced: total?.unreferencedBytes ?? 0,
            untagged: {
              bytes: await untaggedBytes(db.reader),
              repositories: await mostUntagged(db.reader, shown),
            },
            tags: tags.flatMap(({ repository, tag, uniqueBytes }) =>
              uniqueBytes === 0 ? [] : [{ repository, tag, bytes: uniqueBytes }],
            ),
            ...(total === undefined ? {} : { as_of: apiTime(total.beganAt) }),
          },
        };
      },
    }),
  ];
}
