import { randomUUID } from 'node:crypto';
import { type Because, because } from '../../lib/because.ts';
import { AppError } from '../../lib/errors.ts';
import { compileDoublestar, PatternProblem } from '../../lib/text/compile-doublestar.ts';
import type { GuardedClient } from '../../platform/http/outgoing/guarded-client.ts';
import { OutgoingProblem } from '../../platform/http/outgoing/outgoing-problem.ts';
import { isMailbox } from '../../platform/mail/mailbox.ts';
import { mayReceive, parseList } from '../../platform/mail/recipients.ts';
import { type EventKind, isEventKind } from './event-kinds.ts';
import { templateProblem } from './payloads/fill-template.ts';
import { noSecrets } from './seal-secrets.ts';
import type { MailSettings } from './sending/send-by-mail.ts';
import {
  type Filters,
  type PayloadFormat,
  payloadFormats,
  type Target,
  type TargetForm,
  type TargetSecrets,
  targetForms,
  type WebhookDefinition,
} from './webhook.ts';

export interface RequireDeps {
  readonly client: Pick<GuardedClient, 'requirePlausible'>;
  readonly mail: MailSettings;
  /** Of this registry, which is no target. */
  readonly externalUrl: string | undefined;
}

export interface GivenTarget {
  readonly type?: string;
  readonly address?: string;
  readonly auth_header?: string;
  readonly skip_cert_verify?: boolean;
  readonly payload_format?: string;
  readonly secret?: string;
  readonly template?: string;
}

export interface GivenWebhook {
  readonly name?: string;
  readonly description?: string;
  readonly targets?: readonly GivenTarget[];
  readonly event_types?: readonly string[];
  readonly enabled?: boolean;
  readonly filters?: Partial<Filters>;
}

/** What a change leaves as it is where it says nothing of it: what Harbor does not know of. */
export interface KeptParts {
  readonly targets: readonly Target[];
  readonly secrets: readonly TargetSecrets[];
  readonly filters: Filters;
}

const limits = {
  name: 255,
  description: 1024,
  targets: 20,
  patterns: 50,
  text: 512,
  template: 16 * 1024,
  recipients: 20,
};
/** Of all patterns together: each event is compared with them, which takes as long as they are. */
const longestPatterns = 2048;

/** @throws AppError BAD_REQUEST */
export function requireWebhook(
  deps: RequireDeps,
  given: GivenWebhook,
  before?: KeptParts,
): WebhookDefinition {
  const { name = '', description = '', targets = [] } = given;
  requireTexts(given);
  if (name.trim() === '' || name.length > limits.name || /\p{Cc}/u.test(name))
    throw bad(
      `a webhook has a name, of at most ${limits.name} characters`,
      wrongText('name', name, limits.name),
    );
  if (description.length > limits.description)
    throw bad(
      `a description has at most ${limits.description} characters`,
      tooLong('description', limits.description),
    );
  if (targets.length === 0) throw bad('empty notification target: name where to send to in targets');
  if (targets.length > limits.targets)
    throw bad(
      `a webhook has at most ${limits.targets} targets`,
      because('most reached', { what: 'targets', most: String(limits.targets) }),
    );
  const known = knownTargets(targets, before?.targets ?? []);
  const parsed = targets.map((each, no) => {
    const { same, key } = known[no] ?? {};
    const of = same === undefined ? undefined : before;
    const { target, secrets } = requireTarget(deps, each, {
      target: of?.targets[same ?? -1],
      secrets: of?.secrets[same ?? -1],
    });
    // A number that another one had may still be waited for; that of a new webhook is what servers before read.
    const fresh = before === undefined ? String(no) : randomUUID();
    return { target: { key: key ?? fresh, ...target }, secrets };
  });
  return {
    name,
    description,
    targets: parsed.map(({ target }) => target),
    secrets: parsed.map(({ secrets }) => secrets),
    eventTypes: requireKinds(given.event_types ?? []),
    filters: requireFilters(given.filters, before?.filters),
    enabled: given.enabled ?? false,
  };
}

interface KnownTarget {
  /** The one before that has its address, whose secrets it keeps. */
  readonly same?: number;
  /** Of the one before that it is, or becomes: what waits for that goes to it. */
  readonly key?: string;
}

/** Each of those before is one at most: by its address, wherever it stands; the rest by place and type. */
function knownTargets(given: readonly GivenTarget[], before: readonly Target[]): readonly KnownTarget[] {
  const taken = new Set<number>();
  const take = (isIt: (target: Target, no: number) => boolean): number | undefined => {
    const found = before.findIndex((target, no) => !taken.has(no) && isIt(target, no));
    if (found < 0) return undefined;
    taken.add(found);
    return found;
  };
  const exact = given.map((wanted) =>
    take((each) => each.type === wanted.type && leadsTo(each) === leadsTo(wanted)),
  );
  const same = given.map((wanted, no) => exact[no] ?? take((each) => leadsTo(each) === leadsTo(wanted)));
  return given.map(({ type }, no) => {
    const place = same[no] ?? take((each, old) => old === no && each.type === type);
    const key = place === undefined ? undefined : before[place]?.key;
    const kept = same[no];
    return { ...(kept === undefined ? {} : { same: kept }), ...(key === undefined ? {} : { key }) };
  });
}

/** However it is written. */
function leadsTo({ type, address = '' }: GivenTarget): string {
  return type === 'email' ? parseList(address).join(',') : (URL.parse(address)?.href ?? address);
}

function requireTarget(
  deps: RequireDeps,
  given: GivenTarget,
  before: { readonly target: Target | undefined; readonly secrets: TargetSecrets | undefined },
): { readonly target: Omit<Target, 'key'>; readonly secrets: TargetSecrets } {
  const { address = '', auth_header: authHeader = '', skip_cert_verify: skipCertVerify = false } = given;
  const type = targetForms.find((form) => form === given.type);
  if (type === undefined)
    throw bad(`unsupported target type ${text(given.type)}; there are ${targetForms.join(', ')}`);
  if (type === 'email') return { target: requireMail(deps.mail, given, before.target), secrets: noSecrets };
  requireAddress(deps, address);
  if (!/^[^\p{Cc}]*$/u.test(authHeader) || authHeader.length > limits.text * 8)
    throw bad('auth_header has signs that no header may have');
  const template = templateOf(type, given, before.target);
  const payloadFormat = template === undefined ? formatOf(type, given.payload_format) : null;
  const secret = given.secret ?? before.secrets?.secret ?? '';
  if (secret.length > limits.text)
    throw bad(`a secret has at most ${limits.text} characters`, tooLong('secret', limits.text));
  return {
    target: {
      type,
      address,
      skipCertVerify,
      payloadFormat,
      ...(template === undefined ? {} : { template }),
    },
    secrets: { authHeader, secret },
  };
}

/** What proves who sent a request, or shapes it, has no place in a mail: it is refused, or would be missed. */
function requireMail(
  { server, recipients }: MailSettings,
  given: GivenTarget,
  before: Target | undefined,
): Omit<Target, 'key'> {
  const { address = '', auth_header: authHeader = '', secret = '', template = '' } = given;
  if (authHeader !== '' || secret !== '' || given.skip_cert_verify === true)
    throw bad('a target of the type email has no auth_header, secret or skip_cert_verify');
  if (template !== '') throw bad('a target of the type email has no template');
  const to = parseList(address);
  if (to.length === 0 || to.length > limits.recipients)
    throw bad(`a target of the type email has 1 to ${limits.recipients} addresses, divided by commas`);
  const wrong = to.find((each) => !isMailbox(each));
  if (wrong !== undefined)
    throw bad(
      `${text(wrong)} is no mail address such as ops@example.com`,
      because('e-mail invalid', { email: wrong.slice(0, 255) }),
    );
  const payloadFormat = formatOf('email', given.payload_format);
  const target = { type: 'email', address: to.join(','), skipCertVerify: false, payloadFormat } as const;
  // Whoever sends asks again; one that stays as it is must not keep anybody from switching its webhook off.
  if (before?.type === 'email' && before.address === target.address) return target;
  const refused = to.find((each) => !mayReceive(each, recipients()));
  if (refused !== undefined)
    throw bad(
      `${text(refused)} may not receive mail: an administrator has to add it to smtp_recipients`,
      because('recipient refused', { address: refused }),
    );
  if (server() === undefined)
    throw bad(
      'there is no mail: an administrator has to set smtp_server and smtp_from first',
      because('mail off', {}),
    );
  return target;
}

function formatOf(type: TargetForm, given = ''): PayloadFormat | null {
  if (type !== 'http') {
    if (given !== '') throw bad(`a target of the type ${type} has no payload_format`);
    return null;
  }
  const format = payloadFormats.find((each) => each === (given === '' ? 'Default' : given));
  if (format === undefined)
    throw bad(`unsupported payload format ${text(given)}; there are ${payloadFormats.join(', ')}`);
  return format;
}

/** An empty one takes it away; with a format in Harbor's words there is none. */
function templateOf(type: TargetForm, given: GivenTarget, before: Target | undefined): string | undefined {
  const template = given.template ?? (given.payload_format === undefined ? before?.template : undefined);
  if (template === undefined || template === '') return undefined;
  if (type !== 'http') throw bad(`a target of the type ${type} has no template`);
  if (template.length > limits.template) throw bad(`a template has at most ${limits.template} characters`);
  const problem = templateProblem(template);
  if (problem !== undefined) throw bad(problem);
  return template;
}

function requireAddress({ client, externalUrl }: RequireDeps, address: string): void {
  if (address.length > limits.text * 4)
    throw bad('the address is too long', tooLong('address', limits.text * 4));
  try {
    client.requirePlausible(address);
  } catch (error) {
    if (!(error instanceof OutgoingProblem)) throw error;
    throw bad(
      `the address ${text(address)} cannot be used: ${error.message}`,
      wrongAddress(address, error.fault),
    );
  }
  if (externalUrl !== undefined && URL.parse(address)?.host === new URL(externalUrl).host)
    throw bad(
      `the address ${text(address)} cannot be used: it is this registry`,
      because('address of registry', { address }),
    );
}

function requireKinds(given: readonly string[]): readonly EventKind[] {
  if (given.length === 0)
    throw bad(
      'empty event type: name at least one in event_types',
      because('none chosen', { what: 'events' }),
    );
  const unknown = given.find((each) => !isEventKind(each));
  if (unknown !== undefined) throw bad(`unsupported event type ${text(unknown)}`);
  return [...new Set(given)].filter(isEventKind);
}

const noFilters: Filters = { repositories: [], tags: [], labels: [] };

function requireFilters(given: Partial<Filters> | undefined, before: Filters = noFilters): Filters {
  if (given === undefined) return before;
  const filters = { ...noFilters, ...given };
  for (const [what, patterns] of Object.entries(filters)) {
    if (patterns.length > limits.patterns)
      throw bad(`there are more than ${limits.patterns} ${what} in filters`);
    for (const pattern of patterns) requirePattern(pattern, what);
  }
  if ([...filters.repositories, ...filters.tags].join('').length > longestPatterns)
    throw bad(`the patterns in filters have more than ${longestPatterns} characters together`);
  return filters;
}

function requirePattern(pattern: string, what: string): void {
  if (pattern === '' || pattern.length > limits.text)
    throw bad(`each of the ${what} in filters has 1 to ${limits.text} characters`);
  if (what !== 'labels') requireReadable(pattern);
}

function requireReadable(pattern: string): void {
  try {
    compileDoublestar(pattern);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    throw bad(
      `the pattern ${text(pattern)} cannot be read: ${error.message}`,
      because('pattern wrong', { pattern }),
    );
  }
}

/** Whatever is given: no database keeps half a character, and PostgreSQL no NUL. */
function requireTexts(given: unknown): void {
  if (typeof given === 'string' && (given.includes('\0') || !given.isWellFormed()))
    throw bad(`${text(given)} is no text`);
  if (typeof given === 'object' && given !== null)
    for (const each of Object.values(given)) requireTexts(each);
}

/** @throws AppError BAD_REQUEST */
export function requireProjectPattern({
  projectId,
  projectPattern,
}: {
  readonly projectId: number | null;
  readonly projectPattern: string;
}): void {
  if (projectId !== null) return;
  if (projectPattern === '' || projectPattern.length > limits.text)
    throw bad(`project_pattern has 1 to ${limits.text} characters`);
  requireReadable(projectPattern);
}

function text(given = ''): string {
  return JSON.stringify(given.slice(0, 100));
}

function wrongText(what: string, given: string, most: number): Because {
  if (given.trim() === '') return because('field empty', { what });
  return given.length > most ? tooLong(what, most) : because('text invalid', { what });
}

function tooLong(what: string, most: number): Because {
  return because('text too long', { what, most: String(most) });
}

function wrongAddress(address: string, fault: OutgoingProblem['fault']): Because {
  if (fault === 'address') return because('address not public', { address });
  return because(fault === 'destination' ? 'host not allowed' : 'address wrong', { address });
}

function bad(message: string, reason?: Because): AppError {
  return new AppError('BAD_REQUEST', { message, ...(reason === undefined ? {} : { because: reason }) });
}
