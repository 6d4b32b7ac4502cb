/** The part of JSON Schema that bodies of the API need. Properties may be absent; null is the same as absent, except in a list. */
export type Schema = TextSchema | IntegerSchema | BooleanSchema | ArraySchema | ObjectSchema | MapSchema;

export interface TextSchema {
  readonly type: 'string';
  readonly description?: string;
  readonly format?: 'date-time';
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly default?: string;
}

export interface IntegerSchema {
  readonly type: 'integer';
  readonly description?: string;
  readonly format: 'int64';
  readonly maximum?: number;
  readonly default?: number;
}

export interface BooleanSchema {
  readonly type: 'boolean';
  readonly description?: string;
  readonly default?: boolean;
}

export interface ArraySchema {
  readonly type: 'array';
  readonly description?: string;
  readonly items: Schema;
}

/** Of a parameter: texts with commas between. */
export interface TextListSchema extends ArraySchema {
  readonly items: TextSchema;
  readonly default?: undefined;
}

export interface ObjectSchema {
  readonly type: 'object';
  readonly description?: string;
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Any keys, whose values are texts or numbers. */
export interface MapSchema {
  readonly type: 'object';
  readonly description?: string;
  readonly additionalProperties: TextSchema | IntegerSchema;
}

/** What a value is once it was bound. */
export type Bound<S extends Schema> = S extends TextSchema
  ? string
  : S extends IntegerSchema
    ? number
    : S extends BooleanSchema
      ? boolean
      : S extends ArraySchema
        ? readonly Bound<S['items']>[]
        : S extends MapSchema
          ? Readonly<Record<string, Bound<S['additionalProperties']>>>
          : S extends ObjectSchema
            ? { readonly [K in keyof S['properties']]?: Bound<S['properties'][K]> }
            : never;
