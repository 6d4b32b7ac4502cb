/** bash cuts words at colons and replaces only what follows the last one. */
const bash = String.raw`_berth() {
  local line="\${COMP_LINE:0:COMP_POINT}" word rest last head
  COMPREPLY=()
  while IFS=$'\t' read -r word rest; do
    COMPREPLY+=("$word")
  done < <("$1" completion words "$line" 2>/dev/null)
  last="\${line##*[[:space:]]}"
  head="\${last%"\${last##*:}"}"
  if [ -n "$head" ]; then COMPREPLY=("\${COMPREPLY[@]#"$head"}"); fi
}
complete -o default -F _berth berth`;

const zsh = String.raw`#compdef berth
_berth() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${\${line%%$'\t'*}//:/\\:}:\${line#*$'\t'}")
  done < <("$words[1]" completion words "\${(j: :)words[1,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe berth found; else _files; fi
}
compdef _berth berth`;

const fish = `complete -c berth -a '(berth completion words (commandline -cp | string collect) 2>/dev/null)'`;

/** By the name of the shell. */
export const completionScripts = {
  bash: bash.replaceAll('\\${', '${'),
  zsh: zsh.replaceAll('\\${', '${'),
  fish,
} as const;
