/** Served beside the page: its policy allows no style in the page itself. */
export const pageStyle = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
code, .method { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
.method { display: inline-block; font-weight: bold; min-width: 4.5rem; }
nav a { margin-right: 0.75rem; }
details { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); padding: 0.5rem 0; }
summary { cursor: pointer; }
summary:focus-visible, a:focus-visible { outline: 2px solid; outline-offset: 2px; }
table { border-collapse: collapse; }
th, td { padding: 0.2rem 1rem 0.2rem 0; text-align: left; vertical-align: top; }
@media (max-width: 40rem) {
  ul { padding-left: 1.2rem; }
  thead { display: none; }
  tr { display: block; padding: 0.25rem 0; }
  td { padding: 0 0.5rem 0 0; }
  td, td code { display: inline; }
  td:last-child { display: block; }
}
`;
