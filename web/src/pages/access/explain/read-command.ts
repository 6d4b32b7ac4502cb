interface Proposed {
  readonly who: string;
  readonly role: string;
  readonly where: string;
  readonly tag?: string;
}

/** What the server's `berth access grant bob developer pay/api --tag v1` would grant; undefined for a command with more. */
export function readCommand(command: string): Proposed | undefined {
  const [, who, role, where, tag] =
    /^berth access grant ('[^']+'|[^\s']+) (\S+) ('[^']+'|[^\s']+)(?: --tag ([\w.-]+))?$/.exec(command) ?? [];
  if (who === undefined || role === undefined || where === undefined) return undefined;
  const proposed = { who: who.replaceAll("'", ''), role, where: where.replaceAll("'", '') };
  return tag === undefined ? proposed : { ...proposed, tag };
}
