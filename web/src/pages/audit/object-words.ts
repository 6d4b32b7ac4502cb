import { kindName } from '../../api/jobs/kind-name.ts';
import { type Language, say } from '../../ui/text/say.ts';
import type { AuditEvent } from './audit-event.ts';
import { auditTexts } from './text.ts';

/** Where commands on the server come from, as the log has it. */
export const adminSocket = 'admin socket';

/**
 * What an event happened to, where that has no name that somebody gave it. In a project people choose the words: there
 * only what jobs and rules have numbers for is put into words.
 * @returns undefined: it is a name
 */
export function objectInWords(
  { event: type, object = '', project_id: project }: Pick<AuditEvent, 'event' | 'object' | 'project_id'>,
  language: Language,
): string | undefined {
  const event: string = type ?? '';
  const said = say(auditTexts, language);
  const job = jobInWords(event, object, language);
  if (job !== undefined) return job;
  if (project !== undefined) {
    const [, of, number] = /^([^/]+)\/(\d+)$/.exec(object) ?? [];
    const isRule = event.startsWith('immutable.') || event.startsWith('protection.');
    return isRule && of !== undefined && number !== undefined ? said.ruleOf(number, of) : undefined;
  }
  const words: Readonly<Record<string, string>> = {
    configuration: said.settings,
    system: said.wholeSystem,
    'audit log': said.auditLog,
    'every project': said.everyProject,
    trash: said.trash,
    many: said.many,
    'key:token': said.tokenKey,
    ...(event.startsWith('defaultretention.') ? { default: said.defaultPolicy } : {}),
  };
  return words[object] ?? goneInWords(object, language);
}

/** `BATCH 7`, or its kind alone where it is a queue or a schedule. */
function jobInWords(event: string, object: string, language: Language): string | undefined {
  if (!/^(?:job|queue|schedule)\./.test(event)) return undefined;
  const [, kind, number] = /^([A-Z_]+)( \d+)?$/.exec(object) ?? [];
  return kind === undefined ? undefined : `${kindName(kind, language)}${number ?? ''}`;
}

/** Of who is not there any more, the log has the number. */
export function goneInWords(name: string, language: Language): string | undefined {
  const said = say(auditTexts, language);
  const [, kind, id] = /^(user|robot|group):(\d+)$/.exec(name) ?? [];
  if (id === undefined) return undefined;
  const words = { user: said.goneUser, robot: said.goneRobot, group: said.goneGroup };
  return words[kind as keyof typeof words](id);
}
