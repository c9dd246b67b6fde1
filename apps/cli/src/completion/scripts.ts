/**
 * What a shell sources. Each asks `syncctl completion <shell> -- …` for lines `value<tab>description`, or for
 * the line `files`. Nothing that comes back, and nothing that is typed, is ever evaluated.
 */
export const scripts = {
  bash: `# syncctl in bash: source <(syncctl completion bash)
_syncctl() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      *$'\\t'*) COMPREPLY+=("\${line%%$'\\t'*}") ;;
      files) compopt -o default ;;
    esac
  done < <(syncctl completion bash -- "\${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null)
}
complete -F _syncctl syncctl
`,

  zsh: `#compdef syncctl
# syncctl in zsh, after compinit: source <(syncctl completion zsh)
_syncctl() {
  local line
  local -a values displays
  for line in "\${(@f)$(syncctl completion zsh -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null)}"; do
    case $line in
      *$'\\t'?*) values+=("\${line%%$'\\t'*}") displays+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}") ;;
      *$'\\t') values+=("\${line%%$'\\t'*}") displays+=("\${line%%$'\\t'*}") ;;
      files) _files ;;
    esac
  done
  (( $#values )) && compadd -l -d displays -a -- values
}
if [[ $funcstack[1] == _syncctl ]]; then
  _syncctl "$@"
else
  compdef _syncctl syncctl
fi
`,

  fish: `# syncctl in fish: syncctl completion fish | source
function __syncctl_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    for line in (syncctl completion fish -- $words "$current" 2>/dev/null)
        if test "$line" = files
            __fish_complete_path "$current"
        else
            printf '%s\\n' $line
        end
    end
end
complete -c syncctl -f -a '(__syncctl_complete)'
`,
} as const;

export type Shell = keyof typeof scripts;
