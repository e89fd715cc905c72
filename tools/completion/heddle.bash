# Completion of the `heddle` command for bash.
_heddle() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words
  case $before in
    --models)
      words=$("$1" list 2>/dev/null | sed 's/ .*//')
      ;;
    --json | --checkpoint | --resume | --from | --rest | --report | --corpus)
      compopt -o default
      return
      ;;
    --*)
      # What is accepted stands behind the meaning, with commas between, if it is a list of words.
      words=$("$1" --help 2>/dev/null | sed -n "s/^  $before  *.*; \\([a-z_, ]*\\)\$/\\1/p" | tr -d ,)
      ;;
    *)
      if [ "$COMP_CWORD" -eq 1 ]; then
        words="list run explore replay --help --version"
      elif [ "${COMP_WORDS[1]}" = replay ]; then
        words="--report --break-at"
      else
        words="--models --json --verbose
          $("$1" --help 2>/dev/null | sed -n 's/^  \(--[a-z_]*\) .*/\1/p')"
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}
complete -F _heddle heddle heddle_fine
