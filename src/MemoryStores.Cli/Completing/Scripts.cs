namespace MemoryStores.Cli.Completing;

/// <summary>
/// What each shell is given. The scripts know nothing of the commands: they ask <c>memstores complete</c>, so they need not be
/// made anew with a new version.
/// </summary>
internal static class Scripts
{
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        _ => Fish,
    };

    // Bash hands over words as typed, with quotes and backslashes, which are taken off; names with spaces go back quoted.
    private const string Bash = """
        # memstores completion for bash: source <(memstores completion bash)
        _memstores() {
            local program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} candidate
            local words=("${COMP_WORDS[@]:1:COMP_CWORD-1}") plain=() word
            for word in "${words[@]}" "$cur"; do
                word=${word#[\"\']}
                word=${word%[\"\']}
                plain+=("${word//\\/}")
            done
            COMPREPLY=()
            while IFS=$'\t' read -r candidate _; do
                [[ $candidate == */ ]] && compopt -o nospace
                [[ $cur == [\"\']* ]] || candidate=$(printf '%q' "$candidate")
                COMPREPLY+=("$candidate")
            done < <("$program" complete -- "${plain[@]}" 2>/dev/null)
        }
        complete -o bashdefault -o default -F _memstores memstores

        """;

    private const string Zsh = """
        #compdef memstores
        # memstores completion for zsh: source <(memstores completion zsh), after compinit
        _memstores() {
            local -a open done
            local word help
            while IFS=$'\t' read -r word help; do
                if [[ $word == */ ]]; then open+=("$word"); else done+=("${word//:/\\:}${help:+:$help}"); fi
            done < <("${words[1]}" complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
            if (( ${#open} + ${#done} == 0 )); then _files; return; fi
            (( ${#open} )) && compadd -S '' -- "${open[@]}"
            (( ${#done} )) && _describe -V memstores done
        }
        compdef _memstores memstores

        """;

    private const string Fish = """
        # memstores completion for fish: memstores completion fish > ~/.config/fish/completions/memstores.fish
        function __memstores_complete
            set -l words (commandline -opc) (commandline -ct)
            $words[1] complete -- $words[2..-1] 2>/dev/null
        end
        complete -c memstores -f -a '(__memstores_complete)'
        complete -c memstores -n 'string match -qr -- "^--(file|ca-file)\$" (commandline -opc)[-1]' -F
        complete -c memstores -n '__fish_seen_subcommand_from mount unmount drain import' -F

        """;
}
