import { AppError } from '../../lib/errors.ts';
import type { Bound, ObjectSchema } from '../../platform/http/api/schema.ts';

const flag = { type: 'string', enum: ['true', 'false'] } as const;
const refusedWhenTrue = (needs: string) =>
  ({ ...flag, description: `Only "false": it needs ${needs}, which this version does not have.` }) as const;

const needs = {
  enable_content_trust: 'the verification of signatures',
  enable_content_trust_cosign: 'the verification of signatures',
  prevent_vul: 'vulnerability scanning',
  auto_scan: 'vulnerability scanning',
  auto_sbom_generation: 'the generation of SBOMs',
  proxy_referrer_api: 'proxy projects',
  proxy_cache_local_on_not_found: 'proxy projects',
} as const;
const forProxies = ['proxy_cache_filter_pattern', 'proxy_cache_filter_kind'] as const;

/** Values are text, as Harbor's are. */
const metadata = {
  type: 'object',
  properties: {
    public: { ...flag, description: 'Whether everybody may read it. Default: "false".' },
    sparse_manifests: {
      ...flag,
      description: "Berth's own: manifests are taken although what they refer to is not there.",
    },
    enable_content_trust: refusedWhenTrue(needs.enable_content_trust),
    enable_content_trust_cosign: refusedWhenTrue(needs.enable_content_trust_cosign),
    prevent_vul: refusedWhenTrue(needs.prevent_vul),
    auto_scan: refusedWhenTrue(needs.auto_scan),
    auto_sbom_generation: refusedWhenTrue(needs.auto_sbom_generation),
    proxy_referrer_api: refusedWhenTrue(needs.proxy_referrer_api),
    proxy_cache_local_on_not_found: refusedWhenTrue(needs.proxy_cache_local_on_not_found),
    proxy_cache_filter_pattern: { type: 'string', description: 'Only empty.' },
    proxy_cache_filter_kind: { type: 'string', description: 'Only empty.' },
    retention_id: { type: 'string', description: 'Only empty: retention is not in this version.' },
  },
} as const satisfies ObjectSchema;

/** The body of a creation and of a change. */
export const projectBody = {
  type: 'object',
  properties: {
    project_name: { type: 'string', maxLength: 255, description: 'Only for a creation.' },
    public: { type: 'boolean', description: 'Only for a creation; the metadata of that name comes first.' },
    metadata,
    cve_allowlist: {
      type: 'object',
      description: 'Only without items.',
      properties: {
        items: {
          type: 'array',
          items: { type: 'object', properties: { cve_id: { type: 'string' } } },
        },
      },
    },
    storage_limit: {
      type: 'integer',
      format: 'int64',
      description: 'Bytes, -1 for no limit. Only for a creation by an administrator of the system.',
    },
    registry_id: { type: 'integer', format: 'int64', description: 'Only 0: there are no proxy projects.' },
  },
} as const satisfies ObjectSchema;

export type ProjectBody = Bound<typeof projectBody>;

export interface ProjectSettings {
  readonly public: boolean | undefined;
  readonly sparseManifests: boolean | undefined;
}

/**
 * What can be kept of the body. A setting that promises protection, or anything else that is not done yet, is
 * refused; its default is taken, as is what means nothing without such a setting, and neither is kept.
 * @throws AppError BAD_REQUEST
 */
export function parseProjectSettings(body: ProjectBody): ProjectSettings {
  const { metadata: given = {}, cve_allowlist: allowlist } = body;
  for (const [name, what] of Object.entries(needs)) {
    if (parseFlag(name, given[name as keyof typeof needs]) === true) throw missing(name, what);
  }
  for (const name of forProxies) if ((given[name] ?? '') !== '') throw missing(name, 'proxy projects');
  if (!['', '0'].includes(given.retention_id ?? '')) throw missing('retention_id', 'tag retention');
  if ((allowlist?.items ?? []).length > 0) throw missing('cve_allowlist', 'vulnerability scanning');
  return {
    public: parseFlag('public', given.public),
    sparseManifests: parseFlag('sparse_manifests', given.sparse_manifests),
  };
}

function missing(name: string, what: string): AppError {
  return new AppError('BAD_REQUEST', { message: `${name} needs ${what}, not in this version` });
}

/** What Go's `strconv.ParseBool` takes; empty is as absent. */
function parseFlag(name: string, text = ''): boolean | undefined {
  if (text === '') return undefined;
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw new AppError('BAD_REQUEST', {
    message: `the value of ${name} must be "true" or "false", not ${JSON.stringify(text.slice(0, 50))}`,
  });
}
