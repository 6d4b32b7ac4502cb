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

/**
 * Pulls and the uploads of a push are noted only where somebody was not allowed them: clients look for much. Who may not
 * know of a place is told that it is unknown; such a pull is noted where the project is there, for those who read its log.
 */
export function noteRefusedRequest(
  { refusals }: Pick<OciDeps, 'refusals'>,
  of: Refusable | undefined,
  error: unknown,
): void {
  if (of === undefined || !(error instanceof AppError)) return;
  const { name, actor } = of;
  const isUnknown = error.code === 'NAME_UNKNOWN';
  const type = eventOf(of, isUnknown);
  if (type === undefined) return;
  const isPull = type === 'artifact.pulled';
  const isWhole = of.operation === 'manifests' && !isPull;
  if (!isWhole && !isUnknown && error.row.status !== 403) return;
  const where = {
    project: name.project,
    ...(isPull && isUnknown ? { onlyIfProjectExists: true as const } : {}),
  };
  noteRefusal(refusals, error, { type, actor, object: objectOf(of), ...where });
}

/** A HEAD is a pull only where nothing more comes of it: containerd asks for a manifest so, and goes no further. */
function eventOf({ operation, method, target }: Refusable, isUnknown: boolean): EventType | undefined {
  switch (method) {
    case 'GET':
      return operation === 'manifests' || operation === 'blobs' ? 'artifact.pulled' : undefined;
    case 'DELETE':
      if (operation === 'upload') return undefined;
      return operation === 'manifests' && isTag(target) ? 'tag.deleted' : 'artifact.deleted';
    case 'HEAD':
      return operation === 'manifests' && isUnknown ? 'artifact.pulled' : undefined;
    default:
      return 'artifact.pushed';
  }
}

/** Of uploads and blobs the repository alone: one push has many of them. */
function objectOf({ operation, name: { fullName }, target }: Refusable): string {
  if (operation !== 'manifests') return fullName;
  return `${fullName}${isTag(target) ? ':' : '@'}${target}`;
}
