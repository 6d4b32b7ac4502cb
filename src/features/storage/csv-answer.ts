import type { ApiAnswer } from '../../platform/http/api/api-route.ts';

/** A table as a file. */
export function csvAnswer(name: string, body: AsyncIterable<string>): ApiAnswer {
  return {
    status: 200,
    headers: {
      'Content-Type': 'text/csv; charset=utf-8; header=present',
      'Content-Disposition': `attachment; filename="${name}"`,
    },
    body,
  };
}

export const csvCell = (value: unknown): string | number | null =>
  typeof value === 'string' || typeof value === 'number' ? value : null;

export const formatParameter = {
  in: 'query',
  description: 'csv: all rows as a file, whatever the page.',
  schema: { type: 'string', enum: ['json', 'csv'], default: 'json' },
} as const;
