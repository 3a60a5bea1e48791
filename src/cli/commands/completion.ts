import { UsageError, type Command } from '../command.ts'
import { out } from '../terminal.ts'

export const command: Command = {
  name: 'completion',
  summary: 'Print the completion script of a shell',
  usage: 'completion bash|zsh|fish [--name PROGRAM]',
  example: 'eval "$(palimpsest completion bash)"',
  options: [
    { name: 'name', value: 'PROGRAM', help: 'The command to complete; default palimpsest' },
  ],
  positionalsMax: 1,
  details:
    'bash: eval "$(palimpsest completion bash)" in ~/.bashrc\n' +
    'zsh:  eval "$(palimpsest completion zsh)" in ~/.zshrc, after compinit\n' +
    'fish: palimpsest completion fish > ~/.config/fish/completions/palimpsest.fish\n' +
    'Store names and paths are asked of the server that the environment or the credentials file names.',
  async run(args) {
    const [shell = ''] = args.positionals
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
    if (script === undefined) {
      throw new UsageError(`the shell must be one of ${Object.keys(scripts).join(', ')}`)
    }
    const name = args.text('name') ?? 'palimpsest'
    if (!/^[\w.@-]+$/.test(name)) throw new UsageError('--name must be the name of a command')
    out(script(name))
    return 0
  },
}

const functionName = (name: string) => `_${name.replace(/\W/g, '_')}_complete`

const scripts: Readonly<Record<string, (name: string) => string>> = {
  // bash splits words at ":" and "=", so it hands over the line and gets what follows the last
  // split.
  bash: (name) => `${functionName(name)}() {
  local IFS=$'\\n'
  COMPREPLY=( $(${name} __complete bash -- "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null) )
  case "\${COMPREPLY[0]-}" in
    @files) COMPREPLY=(); compopt -o default ;;
    */|*:) compopt -o nospace ;;
  esac
}
complete -F ${functionName(name)} ${name}
`,
  zsh: (name) => `#compdef ${name}
${functionName(name)}() {
  local -a lines values spaceless
  local line value
  lines=( "\${(@f)$(${name} __complete zsh -- "\${(@)words[1,CURRENT]}" 2>/dev/null)}" )
  for line in $lines; do
    value="\${line%%$'\\t'*}"
    case "$value" in
      @files) _files; return ;;
      */|*:) spaceless+=( "$value" ) ;;
      ?*) values+=( "$value" ) ;;
    esac
  done
  (( $#values )) && compadd -- $values
  (( $#spaceless )) && compadd -S '' -- $spaceless
}
compdef ${functionName(name)} ${name}
`,
  fish: (name) => `function ${functionName(name)}
  set -l lines (${name} __complete fish -- (commandline -opc) (commandline -ct) 2>/dev/null)
  if test "$lines[1]" = @files
    __fish_complete_path (commandline -ct)
  else
    string join \\n -- $lines
  end
end
complete -c ${name} -f -a '(${functionName(name)})'
`,
}
