import { type RestRoute, restRoute } from '../../access/rest-route.ts';
import { daysOf } from '../../content/figures/figure-reads.ts';
import { usageOf } from '../../content/repositories/usage-reads.ts';
import type { BlobStore } from '../../platform/blobstore/blob-store.ts';
import type { Database } from '../../platform/db/database.ts';
import { forecastOf } from './forecast-of.ts';
import { dateOf } from './reclaim-routes.ts';

export interface ForecastDeps {
  readonly db: Database;
  readonly store: Pick<BlobStore, 'space'>;
}

const dayMs = 24 * 60 * 60 * 1000;
/** Growth of longer ago says little of the next months. */
const lookBackDays = 90;
/** In `storage_day`. */
const everything = 0;

const bytes = { type: 'integer', format: 'int64' } as const;

const forecastSchema = {
  type: 'object',
  properties: {
    state: { type: 'string', enum: ['not-enough-data', 'not-growing', 'growing'] },
    days: { ...bytes, description: 'Days with a figure, of the last 90. It takes 7.' },
    bytes_per_day: bytes,
    free: { ...bytes, description: 'Of the disk, or of the limit; absent where there is none.' },
    full_on: { type: 'string', description: 'The day (UTC), such as 2027-03-01; absent where it never is.' },
  },
} as const;

export function forecastRoutes(deps: ForecastDeps): readonly RestRoute[] {
  const answers = { 200: { description: 'The forecast.', schema: forecastSchema } } as const;
  return [
    restRoute.system({
      method: 'GET',
      path: '/api/berth/v1/storage/forecast',
      operationId: 'getStorageForecast',
      tag: 'storage',
      summary: 'When the disk would be full, by what was stored day by day.',
      needs: 'system',
      permission: 'system-volumes:read',
      parameters: {},
      answers,
      refusals: [401, 403],
      run: async () => {
        const space = await deps.store.space();
        return { status: 200, body: await forecast(deps, everything, space?.freeBytes) };
      },
    }),
    restRoute.project({
      method: 'GET',
      path: '/api/berth/v1/projects/{project_name_or_id}/storage/forecast',
      operationId: 'getProjectStorageForecast',
      tag: 'storage',
      summary: 'When the storage limit of the project would be reached, by what it took up day by day.',
      needs: 'project',
      permission: 'quota:read',
      parameters: {
        project_name_or_id: {
          in: 'path',
          required: true,
          description: 'The name, or the id.',
          schema: { type: 'string' },
        },
      },
      answers,
      refusals: [401, 403, 404],
      run: async (_call, { project }) => {
        const { usedBytes, limitBytes } = (await usageOf(deps.db.reader, project.id)) ?? {
          usedBytes: 0,
          limitBytes: -1,
        };
        const free = limitBytes < 0 ? undefined : Math.max(0, limitBytes - usedBytes);
        return { status: 200, body: await forecast(deps, project.id, free) };
      },
    }),
  ];
}

async function forecast(
  { db }: ForecastDeps,
  projectId: number,
  free: number | undefined,
): Promise<Readonly<Record<string, unknown>>> {
  const today = Math.floor((await db.now()) / dayMs);
  const points = await daysOf(db.reader, projectId, today - lookBackDays + 1);
  const found = forecastOf(points, free, today);
  return {
    state: found.state,
    days: found.days,
    ...(free === undefined ? {} : { free }),
    ...(found.state === 'growing' ? { bytes_per_day: found.bytesPerDay } : {}),
    ...(found.state === 'growing' && found.fullOn !== undefined ? { full_on: dateOf(found.fullOn) } : {}),
  };
}
