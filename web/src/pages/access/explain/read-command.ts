/** What the server's `berth access grant bob developer pay/api` would grant; undefined for a command with more. */
export function readCommand(
  command: string,
): { readonly who: string; readonly role: string; readonly where: string } | undefined {
  const [, who, role, where] =
    /^berth access grant ('[^']+'|[^\s']+) (\S+) ('[^']+'|[^\s']+)$/.exec(command) ?? [];
  if (who === undefined || role === undefined || where === undefined) return undefined;
  return { who: who.replaceAll("'", ''), role, where: where.replaceAll("'", '') };
}
