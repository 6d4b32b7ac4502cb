import type { Row } from '../../../api/call.ts';

/** One of those that can be given, with what it confers. */
export type Role = Row<'GET /api/berth/v1/roles'>;
