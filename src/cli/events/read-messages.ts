/** A message of the event stream. */
export interface Message {
  readonly id: string | undefined;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The messages of an event stream (HTML, 9.2.6), as far as this server uses the form; comments are none. */
export async function* readMessages(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Message> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of answer) {
    const blocks = (rest + decoder.decode(piece, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(
        block.split('\n').map((line) => {
          const colon = line.indexOf(': ');
          return [line.slice(0, colon), line.slice(colon + 2)] as const;
        }),
      );
      const kind = fields.get('event');
      if (kind === undefined) continue;
      const data = JSON.parse(fields.get('data') ?? '{}') as Message['data'];
      yield { id: fields.get('id'), kind, data };
    }
  }
}
