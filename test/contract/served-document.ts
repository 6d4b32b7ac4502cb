import { jsonOf } from '../harness/rest.ts';
import type { BerthServer } from '../harness/start-server.ts';

export interface ServedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: {
    readonly type: string;
    readonly default?: unknown;
    readonly maximum?: number;
    readonly enum?: readonly string[];
  };
}

export interface ServedSchema {
  readonly type: string;
  readonly properties?: Readonly<Record<string, ServedSchema>>;
}

export interface ServedOperation {
  readonly operationId: string;
  readonly parameters: readonly ServedParameter[];
  readonly requestBody?: {
    readonly required?: boolean;
    readonly content: Readonly<Record<string, { readonly schema: ServedSchema }>>;
  };
  readonly responses: Readonly<
    Record<string, { readonly headers?: object; readonly content?: Readonly<Record<string, object>> }>
  >;
}

export interface ServedDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, ServedOperation>>>>;
}

/** What a running server says of itself at `/api/openapi.json`. */
export async function servedDocument(server: BerthServer): Promise<ServedDocument> {
  return jsonOf<ServedDocument>(await server.client(null).get('/api/openapi.json'));
}

export interface Served extends ServedOperation {
  readonly method: string;
  readonly path: string;
}

export function operationsOf(document: ServedDocument): Served[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path,
    })),
  );
}

/** Its answer does not end by itself: nobody can wait for it. */
export function isEndless({ responses }: ServedOperation): boolean {
  return responses['200']?.content?.['text/event-stream'] !== undefined;
}
