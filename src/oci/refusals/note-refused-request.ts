import { noteRefusal } from '../../access/refusals/note-refusal.ts';
import { AppError } from '../../lib/errors.ts';
import type { EventType } from '../../lib/event-types.ts';
import type { ParsedName } from '../../lib/oci/repository-name.ts';
import { isTag } from '../../lib/oci/tag.ts';
import type { Actor } from '../../platform/events/append.ts';
import type { OperationName } from '../find-operation.ts';
import type { OciDeps } from '../oci-call.ts';

/** What a request would have done, for the row of the audit log that its refusal leaves. */
export interface Refusable {
  readonly operation: OperationName;
  readonly method: string;
  readonly name: ParsedName;
  readonly target: string;
  readonly actor: Actor;
}

/** Pulls and the uploads of a push are noted only where somebody was not allowed them: clients look for much. */
export function noteRefusedRequest(
  { refusals }: Pick<OciDeps, 'refusals'>,
  of: Refusable | undefined,
  error: unknown,
): void {
  if (of === undefined || !(error instanceof AppError)) return;
  const { name, actor } = of;
  const type = eventOf(of);
  if (type === undefined) return;
  const isWhole = of.operation === 'manifests' && of.method !== 'GET';
  const isDenied = error.row.status === 403 || (of.method !== 'GET' && error.code === 'NAME_UNKNOWN');
  if (!isWhole && !isDenied) return;
  noteRefusal(refusals, error, { type, actor, project: name.project, object: objectOf(of) });
}

function eventOf({ operation, method, target }: Refusable): EventType | undefined {
  switch (method) {
    case 'GET':
      return operation === 'manifests' || operation === 'blobs' ? 'artifact.pulled' : undefined;
    case 'DELETE':
      if (operation === 'upload') return undefined;
      return operation === 'manifests' && isTag(target) ? 'tag.deleted' : 'artifact.deleted';
    case 'HEAD':
      return undefined;
    default:
      return 'artifact.pushed';
  }
}

/** Of uploads and blobs the repository alone: one push has many of them. */
function objectOf({ operation, name: { fullName }, target }: Refusable): string {
  if (operation !== 'manifests') return fullName;
  return `${fullName}${isTag(target) ? ':' : '@'}${target}`;
}
