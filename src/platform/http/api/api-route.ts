import type { RequestContext } from '../request-context.ts';
import type {
  BooleanSchema,
  Bound,
  IntegerSchema,
  MapSchema,
  ObjectSchema,
  Schema,
  TextListSchema,
  TextSchema,
} from './schema.ts';

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly description: string;
  readonly required?: true;
  /** Of a text in the query: given and empty is not the same as not given. */
  readonly allowEmptyValue?: true;
  readonly schema: TextSchema | IntegerSchema | BooleanSchema | TextListSchema;
}

export type Parameters = Readonly<Record<string, Parameter>>;

export type BoundParameters<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends { readonly required: true }
    ? Bound<P[K]['schema']>
    : P[K]['schema'] extends { readonly default: unknown }
      ? Bound<P[K]['schema']>
      : Bound<P[K]['schema']> | undefined;
};

/** A JSON body. */
export interface Body {
  readonly name: string;
  /** None at all is the same as `{}`, whatever type it is said to have. */
  readonly optional?: true;
  readonly schema: ObjectSchema | MapSchema;
}

export type BoundBody<B extends Body | undefined> = B extends Body ? Bound<B['schema']> : undefined;

export interface AnswerKind {
  readonly description: string;
  readonly schema?: Schema;
  /** Names of headers beside `X-Request-Id`. */
  readonly headers?: readonly string[];
  /** Default: JSON. */
  readonly mediaType?:
    | 'text/plain'
    | 'application/octet-stream'
    | 'application/x-ndjson'
    | 'text/event-stream';
  /** What it may be instead; then the answer itself says which. */
  readonly otherMediaType?: 'text/csv' | 'application/json';
}

/** What is known of an operation without running it: its address is bound by it, and the document is made of it. */
export interface Declaration<P extends Parameters, B extends Body | undefined> {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With names in braces: `/api/v2.0/projects/{project_name_or_id}`. */
  readonly path: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly parameters: P;
  readonly body?: B;
  /** By status, the successful ones. */
  readonly answers: Readonly<Record<number, AnswerKind>>;
  /** Statuses of its refusals; 422 and what every operation may answer are added to the document. */
  readonly refusals: readonly number[];
}

/** One request, taken apart and checked against its declaration. */
export interface ApiCall<P extends Parameters, B extends Body | undefined> {
  readonly method: string;
  readonly parameters: BoundParameters<P>;
  readonly body: BoundBody<B>;
  /** Of the request, without repeated or trailing slashes. */
  readonly path: string;
  /** Decoded; for links to neighbour pages. */
  readonly query: ReadonlyMap<string, string>;
  readonly context: RequestContext;
  readonly authorization: string | undefined;
  /** Any other header of the request that is there once. */
  readonly header: (name: string) => string | undefined;
  readonly host: string | undefined;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * Sent as JSON, or as it is where the declaration says text; bytes as they are, with the type of `headers`, and so are
   * pieces of text, each of which is asked for when the client has room for it. A `Readable` is destroyed when the client
   * goes away.
   */
  readonly body?: unknown;
}

/** An operation as the server runs it. Methods, so that routes of any parameters are in one list. */
export interface ApiRoute extends Declaration<Parameters, Body | undefined> {
  /** What somebody needs for it, in words. */
  readonly needs: string;
  answer(call: ApiCall<Parameters, Body | undefined>): Promise<ApiAnswer>;
}
