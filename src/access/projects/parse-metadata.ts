import { AppError } from '../../lib/errors.ts';

/** How a value may be: `kept` as it is, or only as if it were not there, for what this version does not have. */
type Rule =
  | { readonly kind: 'column' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'never true'; readonly needs: string }
  | { readonly kind: 'one of'; readonly values: readonly string[] }
  | { readonly kind: 'only'; readonly values: readonly string[]; readonly needs: string };

const signatures = 'the verification of signatures';
const scans = 'vulnerability scanning';
const proxies = 'proxy projects';

/** Harbor's keys of a project's metadata, and Berth's own. Values are text. */
export const metadataRules = {
  public: { kind: 'column' },
  sparse_manifests: { kind: 'column' },
  enable_content_trust: { kind: 'never true', needs: signatures },
  enable_content_trust_cosign: { kind: 'never true', needs: signatures },
  prevent_vul: { kind: 'never true', needs: scans },
  severity: { kind: 'one of', values: ['none', 'low', 'medium', 'high', 'critical'] },
  auto_scan: { kind: 'never true', needs: scans },
  auto_sbom_generation: { kind: 'never true', needs: 'the generation of SBOMs' },
  reuse_sys_cve_allowlist: { kind: 'flag' },
  retention_id: { kind: 'only', values: ['0'], needs: 'tag retention' },
  proxy_speed_kb: { kind: 'only', values: ['-1'], needs: proxies },
  max_upstream_conn: { kind: 'only', values: ['-1'], needs: proxies },
  proxy_cache_filter_pattern: { kind: 'only', values: [], needs: proxies },
  proxy_cache_filter_kind: { kind: 'only', values: [], needs: proxies },
  proxy_referrer_api: { kind: 'never true', needs: proxies },
  proxy_cache_local_on_not_found: { kind: 'never true', needs: proxies },
} as const satisfies Readonly<Record<string, Rule>>;

export type MetadataKey = keyof typeof metadataRules;

export function isMetadataKey(name: string): name is MetadataKey {
  return Object.hasOwn(metadataRules, name);
}

/** What of a project changes: what is left out stays as it is. */
export interface MetadataChanges {
  readonly public?: boolean;
  readonly sparseManifests?: boolean;
  /** What has no column of its own; null: it goes. */
  readonly others: ReadonlyMap<MetadataKey, string | null>;
}

/**
 * What can be kept of the metadata that a client sent, as it was sent; empty is as absent.
 * @throws AppError BAD_REQUEST
 */
export function parseMetadata(given: { readonly [K in MetadataKey]?: string }): MetadataChanges {
  const [open, sparse] = [
    parseFlag('public', given.public),
    parseFlag('sparse_manifests', given.sparse_manifests),
  ];
  const others = new Map<MetadataKey, string>();
  for (const [name, value] of Object.entries(given)) {
    // Whether there is a retention is not for the client to say: it sends back what it read.
    if (!isMetadataKey(name) || name === 'retention_id' || value === '') continue;
    requireValue(name, value);
    if (metadataRules[name].kind !== 'column') others.set(name, value);
  }
  return {
    ...(open === undefined ? {} : { public: open }),
    ...(sparse === undefined ? {} : { sparseManifests: sparse }),
    others,
  };
}

/** As Harbor's operations on single keys store a value: `t` is `true` there. */
export function normalized(name: MetadataKey, value: string): string {
  const { kind } = metadataRules[name];
  if (kind === 'one of') return value.toLowerCase();
  return kind === 'only' ? value : String(parseFlag(name, value));
}

/** @throws AppError BAD_REQUEST */
function requireValue(name: MetadataKey, value: string): void {
  const rule: Rule = metadataRules[name];
  switch (rule.kind) {
    case 'column':
    case 'flag':
      parseFlag(name, value);
      return;
    case 'never true':
      if (parseFlag(name, value) === true) throw missing(name, rule.needs);
      return;
    case 'one of':
      if (!rule.values.includes(value.toLowerCase()))
        throw bad(`the value of ${name} must be one of ${rule.values.join(', ')}, not ${shown(value)}`);
      return;
    case 'only':
      if (!rule.values.includes(value)) throw missing(name, rule.needs);
  }
}

/** What Go's `strconv.ParseBool` takes; empty is as absent. */
function parseFlag(name: string, text = ''): boolean | undefined {
  if (text === '') return undefined;
  if (/^(?:1|t|true)$/i.test(text)) return true;
  if (/^(?:0|f|false)$/i.test(text)) return false;
  throw bad(`the value of ${name} must be "true" or "false", not ${shown(text)}`);
}

function missing(name: string, what: string): AppError {
  return bad(`${name} needs ${what}, not in this version`);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 50));
}

function bad(message: string): AppError {
  return new AppError('BAD_REQUEST', { message });
}
