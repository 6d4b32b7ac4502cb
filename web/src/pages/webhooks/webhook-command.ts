import { curlOf } from '../../ui/show/curl-of.ts';
import { quoted } from '../../ui/text/quoted.ts';
import { bodyOf, type Webhook, type WebhookDraft } from './webhook-draft.ts';

/** What does the same: the command where it knows all that is asked for, a request of the API otherwise. */
export function webhookCommand(project: string, draft: WebhookDraft, webhook: Webhook | undefined): string {
  const path = `/api/v2.0/projects/${encodeURIComponent(project)}/webhook/policies`;
  // Whoever copies it puts the secret in.
  const hidden = draft.targets.map((each) => (each.secret === '' ? each : { ...each, secret: 'SECRET' }));
  const body = bodyOf({ ...draft, targets: hidden }, webhook);
  if (webhook !== undefined) return curlOf('PUT', `${path}/${webhook.id}`, body);
  if (!isKnownToTheCommand(body)) return curlOf('POST', path, body);
  const { type = 'http', address = '', payload_format: format = 'Default' } = body.targets?.[0] ?? {};
  const flags = [
    ...(type === 'http' ? [] : [`--type ${type}`]),
    ...(format === 'Default' ? [] : [`--format ${format}`]),
    `--events ${quoted(draft.events.size === 0 ? 'EVENTS' : [...draft.events].join(','))}`,
  ];
  const first = `berth webhook create ${wordOf(draft.name, 'NAME')} ${wordOf(address, 'ADDRESS')} --project ${quoted(project)}`;
  return `${first} \\\n  ${flags.join(' ')}`;
}

/** Something has to stand there. */
function wordOf(typed: string, otherwise: string): string {
  return typed === '' ? otherwise : quoted(typed);
}

/** One target with no more than its address and its form, enabled, for everything. */
function isKnownToTheCommand({ description, enabled, targets = [], filters = {} }: Webhook): boolean {
  const [target = {}, ...further] = targets;
  const { auth_header: header = '', secret, skip_cert_verify: skip, template } = target;
  return (
    further.length === 0 &&
    enabled === true &&
    description === '' &&
    header === '' &&
    secret === undefined &&
    skip !== true &&
    template === undefined &&
    [...(filters.repositories ?? []), ...(filters.tags ?? []), ...(filters.labels ?? [])].length === 0
  );
}
