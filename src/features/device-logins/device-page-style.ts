/** Served beside the page: its policy allows no style in the page itself. */
export const devicePageStyle = `:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 34rem; padding: 1rem; }
label { display: block; margin-bottom: 0.75rem; }
input:not([type="hidden"]) { display: block; font: inherit; padding: 0.4rem; width: 100%; box-sizing: border-box; }
button { font: inherit; min-height: 2.75rem; padding: 0.4rem 1rem; margin-right: 0.5rem; }
.code { font: bold 1.5rem ui-monospace, monospace; letter-spacing: 0.1em; }
dt { font-weight: bold; }
dd { margin: 0 0 0.5rem; overflow-wrap: anywhere; }
[role="alert"] { border-left: 4px solid; padding-left: 0.75rem; }
:focus-visible { outline: 2px solid; outline-offset: 2px; }
`;
