export type ComparedValue = string | number;

/** How a column of an artifact's row is compared. */
export type Comparison =
  | { readonly kind: 'exact'; readonly value: ComparedValue }
  /** A part of it, in any letter case. */
  | { readonly kind: 'fuzzy'; readonly value: string }
  | { readonly kind: 'any'; readonly values: readonly ComparedValue[] }
  | {
      readonly kind: 'range';
      readonly min: ComparedValue | undefined;
      readonly max: ComparedValue | undefined;
    };
