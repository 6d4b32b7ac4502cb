/** Kinds of messages; only those that are rows of the log have an id. */
type Kind = 'audit' | 'job' | 'upload' | 'ready' | 'reset' | 'end';

/** One message as HTML has it (9.2.5, event streams); JSON has no line breaks. */
export function streamText(kind: Kind, data: object, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
