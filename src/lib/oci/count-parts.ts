const quote = 0x22;
const backslash = 0x5c;
const bracket = 0x5b;
const brace = 0x7b;
const colon = 0x3a;

/** How many objects and lists begin in a JSON text, and how many fields they have; of what is no JSON, any numbers. */
export function countParts(bytes: Uint8Array): { readonly containers: number; readonly fields: number } {
  let containers = 0;
  let fields = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === bracket || byte === brace) containers += 1;
    else if (byte === colon) fields += 1;
    else if (byte === quote) at = endOfText(bytes, at);
  }
  return { containers, fields };
}

/** Where the text ends that begins at `start`. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}
