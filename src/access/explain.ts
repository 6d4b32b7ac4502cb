import { type Because, because } from '../lib/because.ts';
import { can, confers, covers, denies, isValid, type Resource } from './authorize.ts';
import { parseActions, weakestActionFor } from './grants/actions.ts';
import type { Grant } from './grants/grant-reads.ts';
import { isAboutContent, type Permission, systemAdmin, weakestRoleFor } from './grants/roles.ts';
import { type SystemPermission, weakestDutyFor } from './grants/system-permissions.ts';
import { principalName, type SignedInPrincipal } from './principal.ts';

export interface Question<G extends Grant = Grant> {
  readonly who: SignedInPrincipal;
  readonly grants: readonly G[];
  /** Of who came with a token: those of the account itself, of which the token leaves `grants`. */
  readonly ownGrants?: readonly Grant[];
  readonly permission: Permission;
  readonly project: { readonly id: number; readonly name: string; readonly public: boolean };
  readonly path?: string;
  readonly tag?: string;
  readonly now: number;
  /** Who can grant it, as far as the asker may know. */
  readonly administrators: readonly string[];
}

/** What a grant lacks that nearly gives the right: the nearest first. */
const lacks = ['time', 'tags', 'place', 'right'] as const;

export interface Nearest<G extends Grant = Grant> {
  readonly grant: G;
  /** It ended, is for other tags, on other repositories, or of a weaker role. */
  readonly lacks: (typeof lacks)[number];
}

export interface Explanation<G extends Grant = Grant> {
  readonly allowed: boolean;
  readonly visible: boolean;
  /** Because everybody may. */
  readonly public: boolean;
  /** What gives the right, or of a robot takes it away. */
  readonly deciding: G | undefined;
  readonly nearest: Nearest<G> | undefined;
  /** The command that would be enough; undefined where it is allowed, or no grant is. */
  readonly enough: string | undefined;
  /** What a refusal says; of what is allowed, why. */
  readonly message: string;
  readonly detail: string;
  /** Of a refusal; robots have no console that would tell it. */
  readonly because?: Because;
}

/** Why `can` says what it says, and what would change it. Pure; refusals and `berth access explain` print it. */
export function explain<G extends Grant>(question: Question<G>): Explanation<G> {
  const { grants, permission, now, ownGrants } = question;
  const place = placeOf(question);
  const { allowed, visible, reason } = can(grants, permission, place, now);
  const taking = grants.find(
    (grant) => isValid(grant, now) && covers(grant, place) && denies(grant, permission),
  );
  const byToken = !allowed && ownGrants !== undefined && can(ownGrants, permission, place, now).allowed;
  const isMissing = !allowed && !byToken && taking === undefined;
  const told: Told<G> = {
    question,
    held: reason.kind === 'role missing' ? reason.held : [],
    deciding: reason.kind === 'grant' ? grants.find((grant) => grant === reason.grant) : taking,
    nearest: isMissing ? findNearest(question, place) : undefined,
  };
  const enough = isMissing ? commandOf(told) : undefined;
  const { deciding, nearest } = told;
  const text = allowed ? granted(told) : byToken ? limited(told) : refused(told, enough);
  return { allowed, visible, public: reason.kind === 'public', deciding, nearest, enough, ...text };
}

interface Told<G extends Grant = Grant> extends Pick<Explanation<G>, 'deciding' | 'nearest'> {
  readonly question: Question<G>;
  readonly held: readonly Grant[];
}

type Text = Pick<Explanation, 'message' | 'detail' | 'because'>;

function placeOf({ project, path, tag }: Question): Resource {
  return { project, ...(path === undefined ? {} : { path }), ...(tag === undefined ? {} : { tag }) };
}

function findNearest<G extends Grant>(question: Question<G>, place: Resource): Nearest<G> | undefined {
  const { grants, permission, tag, now, project } = question;
  const lackOf = (grant: G): Nearest['lacks'] | undefined => {
    if (grant.scope !== 'system' && grant.projectId !== project.id) return undefined;
    const isThere = covers(grant, place);
    if (!isValid(grant, now)) return isThere && confers(grant, permission, tag) ? 'time' : undefined;
    if (isThere) return confers({ ...grant, tagPattern: null }, permission, tag) ? 'tags' : 'right';
    return confers(grant, permission, tag) ? 'place' : undefined;
  };
  const found = grants.flatMap((grant) => {
    const lack = lackOf(grant);
    return lack === undefined ? [] : [{ grant, lacks: lack }];
  });
  return lacks.flatMap((lack) => found.filter((each) => each.lacks === lack))[0];
}

/** In the project where a role there is too weak, else as little as is enough: of who has other tags, this one. */
function commandOf({ question, nearest }: Told): string | undefined {
  const { who, permission, project, path, tag } = question;
  const forTag = tag !== undefined && nearest?.lacks === 'tags' ? ` --tag ${tag}` : '';
  const isWhole = nearest?.lacks === 'right' && nearest.grant.scope !== 'repository';
  const where =
    path === undefined || !isAboutContent(permission) || (isWhole && who.kind === 'user')
      ? project.name
      : `${project.name}/${path}`;
  if (who.kind === 'user') return commandText(who.username, enoughFor(permission), where) + forTag;
  const action = weakestActionFor(permission);
  const { robotName } = who;
  const plus = robotName.lastIndexOf('+');
  const isElsewhere = plus >= 0 && !robotName.slice(0, plus).endsWith(project.name);
  return action === undefined || isElsewhere
    ? undefined
    : commandText(`robot:${robotName}`, action, where) + forTag;
}

/** To pull, the word that the console and the commands begin with; else a role. */
function enoughFor(permission: Permission): string {
  return permission === 'repository:pull' ? 'pull' : weakestRoleFor(permission);
}

function commandText(who: string, right: string, where: string): string {
  return `berth access grant ${shellWord(who)} ${right} ${where}`;
}

function shellWord(text: string): string {
  return /^[\w.:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function granted({ question, deciding }: Told): Text {
  const { who, project } = question;
  const why =
    deciding === undefined
      ? `everybody may, since ${project.name} is public`
      : who.kind === 'robot' && typeof deciding.permissions === 'string'
        ? 'it is among its permissions'
        : heldText([deciding], project.name);
  return { message: `${principalName(who)} may ${actionText(question)}: ${why}`, detail: '' };
}

/** Of who came with a token that leaves less than the account may. */
function limited({ question }: Told): Text {
  const who = principalName(question.who);
  return {
    message: `${who} may not ${actionText(question)} with this token: it is limited to other things`,
    detail: 'use a token that is for this, or the password',
    because: because('token limited', { who, ...actionOf(question) }),
  };
}

function refused({ question, held, nearest }: Told, enough: string | undefined): Text {
  const { who, permission, project, administrators } = question;
  const whom = administrators.length === 0 ? 'an administrator' : administrators.join(' or ');
  const not = `${principalName(who)} may not ${actionText(question)}`;
  if (who.kind === 'robot') {
    const why = held.length === 0 ? `it has no permissions in ${project.name}` : robotText(held, permission);
    return {
      message: `${not}: ${why}; ask ${whom}`,
      detail: `the permission ${permission} in ${project.name} has to be among those of the robot account${enough === undefined ? '' : `, or: ${enough}`}`,
    };
  }
  const has = held.length === 0 ? nearText(nearest, project.name) : heldText(held, project.name);
  const needs = enoughFor(permission);
  return {
    message: `${not}: that needs ${needs}, and ${has}; ask ${whom}`,
    detail: enough ?? '',
    because: because('role missing', {
      who: who.username,
      ...actionOf(question),
      permission,
      needs,
      has: [...new Set(held.map(({ role }) => role))].join(', '),
      tags: tagsOnly(held).join(', '),
      ask: administrators.join(', '),
    }),
  };
}

/** Where all that is held is for some tags only: for which. */
function tagsOnly(held: readonly Grant[]): readonly string[] {
  const patterns = held.flatMap(({ tagPattern }) => tagPattern ?? []);
  return patterns.length < held.length ? [] : [...new Set(patterns)];
}

function actionText(question: Question): string {
  const { action, where } = actionOf(question);
  return `${action} ${where}`;
}

function actionOf({ permission, project, path, tag }: Question): { action: string; where: string } {
  const where = path === undefined ? project.name : `${project.name}/${path}`;
  const action = permission.slice(permission.indexOf(':') + 1);
  return { action, where: tag === undefined ? where : `${where}:${tag}` };
}

function robotText(held: readonly Grant[], permission: Permission): string {
  return held.some((grant) => denies(grant, permission))
    ? `${permission} is denied to it`
    : `${permission} is not among its permissions`;
}

function nearText(nearest: Nearest | undefined, project: string): string {
  if (nearest?.lacks === 'place') return heldText([nearest.grant], project);
  if (nearest?.lacks !== 'time') return `this account has no role in ${project}`;
  const { role, expiresAt } = nearest.grant;
  return `${role} of this account in ${project} ended ${new Date(expiresAt ?? 0).toISOString()}`;
}

/** What grants give, and where: of one on repositories that is not the whole project. */
function heldText(held: readonly Grant[], project: string): string {
  const placeOfGrant = ({ repositoryPattern }: Grant): string =>
    repositoryPattern === null ? project : `${project}/${repositoryPattern}`;
  const texts = [...Map.groupBy(held, placeOfGrant)].map(
    ([where, grants]) => `${rightsText(grants)} in ${where}`,
  );
  return `this account ${texts.join(' and ')}`;
}

function rightsText(held: readonly Grant[]): string {
  const texts = held.map(({ role, tagPattern, permissions }) => {
    const words = typeof permissions === 'string' ? undefined : parseActions(role)?.join(' and ');
    const what = words === undefined ? `is ${role}` : `may ${words}`;
    return tagPattern === null ? what : `${what} for tags ${tagPattern}`;
  });
  const [first = '', ...more] = new Set(texts);
  return [first, ...more.map((text) => text.replace(/^is /, ''))].join(' and ');
}

/** The refusal of what is about the system as a whole; what is enough, too. */
export function systemRefusal(
  who: SignedInPrincipal,
  permission: SystemPermission,
): Text & { readonly enough: string | undefined } {
  const name = principalName(who);
  return {
    message: `${name} may not do this: it needs the permission ${permission} on the system`,
    detail: 'ask an administrator of the system',
    because: because('system permission missing', { who: name, permission }),
    enough:
      who.kind === 'user'
        ? commandText(who.username, weakestDutyFor(permission) ?? systemAdmin, 'system')
        : undefined,
  };
}
