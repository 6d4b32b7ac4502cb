import { parseCveAllowlist } from '../../access/projects/cve-allowlist.ts';
import { cveAllowlistSchema } from '../../access/projects/cve-allowlist-view.ts';
import { type MetadataKey, parseMetadata } from '../../access/projects/parse-metadata.ts';
import type { UpdateProjectInput } from '../../access/projects/update-project.ts';
import type { Bound, ObjectSchema } from '../../platform/http/api/schema.ts';

const text = { type: 'string' } as const;
const flag = { type: 'string', description: '"true" or "false".' } as const;
const neverTrue = (needs: string) =>
  ({ ...text, description: `Only "false": it needs ${needs}, which this version does not have.` }) as const;
const onlyWithout = { ...text, description: 'Only empty, or -1: there are no proxy projects.' } as const;

/** Values are text, as Harbor's are. */
const metadata = {
  type: 'object',
  properties: {
    public: { ...text, description: 'Whether everybody may read it. Default: "false".' },
    sparse_manifests: {
      ...text,
      description: "Berth's own: manifests are taken although what they refer to is not there.",
    },
    severity: { ...text, description: 'none, low, medium, high or critical; kept for the scans to come.' },
    reuse_sys_cve_allowlist: { ...flag, description: 'Kept for the scans to come.' },
    enable_content_trust: neverTrue('the verification of signatures'),
    enable_content_trust_cosign: neverTrue('the verification of signatures'),
    prevent_vul: neverTrue('vulnerability scanning'),
    auto_scan: neverTrue('vulnerability scanning'),
    auto_sbom_generation: neverTrue('the generation of SBOMs'),
    proxy_referrer_api: neverTrue('proxy projects'),
    proxy_cache_local_on_not_found: neverTrue('proxy projects'),
    proxy_speed_kb: onlyWithout,
    max_upstream_conn: onlyWithout,
    proxy_cache_filter_pattern: onlyWithout,
    proxy_cache_filter_kind: onlyWithout,
    retention_id: { ...text, description: 'The policy of tag retention; set by its own operations.' },
  },
} as const satisfies ObjectSchema;

/** The body of a creation and of a change. */
export const projectBody = {
  type: 'object',
  properties: {
    project_name: { type: 'string', maxLength: 255, description: 'Only for a creation.' },
    public: { type: 'boolean', description: 'Only for a creation; the metadata of that name comes first.' },
    metadata,
    cve_allowlist: cveAllowlistSchema,
    storage_limit: {
      type: 'integer',
      format: 'int64',
      description: 'Bytes, -1 for no limit. Only for a creation by an administrator of the system.',
    },
    registry_id: { type: 'integer', format: 'int64', description: 'Only 0: there are no proxy projects.' },
  },
} as const satisfies ObjectSchema;

export type ProjectBody = Bound<typeof projectBody>;

export type ProjectSettings = Pick<
  UpdateProjectInput,
  'public' | 'sparseManifests' | 'metadata' | 'allowlist'
>;

/**
 * What can be kept of the body, as it was sent. A setting that promises protection, or anything else that is not done
 * yet, is refused.
 * @throws AppError BAD_REQUEST
 */
export function parseProjectSettings(body: ProjectBody): ProjectSettings {
  const { others, ...columns } = parseMetadata(body.metadata ?? {});
  const { cve_allowlist: given } = body;
  return {
    ...columns,
    metadata: others,
    ...(given === undefined ? {} : { allowlist: parseCveAllowlist(given) }),
  };
}

const policyKeys: readonly MetadataKey[] = [
  'auto_sbom_generation',
  'auto_scan',
  'enable_content_trust',
  'enable_content_trust_cosign',
  'prevent_vul',
  'reuse_sys_cve_allowlist',
  'severity',
];

/** Whether it changes nothing but rules of what may be pulled: who may see the project is another matter. */
export function isPolicyOnly(
  { public: open, sparseManifests, metadata }: ProjectSettings,
  project: { readonly public: boolean },
): boolean {
  return (
    (open ?? project.public) === project.public &&
    sparseManifests === undefined &&
    [...(metadata ?? new Map<MetadataKey, string | null>()).keys()].every((key) => policyKeys.includes(key))
  );
}
