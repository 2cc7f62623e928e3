# --- What the rest is written with -----------------------------------------------------------------

step=start

# Says where the script stopped.
stopped() {
  ((BASH_SUBSHELL == 0)) || return 0
  echo "stopped at $step, in line ${BASH_LINENO[${#FUNCNAME[@]} - 3]} of the script" >&2
  echo "Put right what is said above, and run the script again: it goes on from there." >&2
}
trap stopped ERR

# Says which step comes next.
step() {
  step=$1
  echo "== $1" >&2
}

# Ends the script.
fail() {
  echo "stopped at $step: $1" >&2
  exit 1
}

# Shows a command on standard error.
show() {
  echo "   $*" >&2
}

# Runs a command. What it answers is of no interest.
run() {
  show "$@"
  "$@" >/dev/null
}

# Runs a command, and prints what it answers: something.
ask() {
  local answer
  show "$@"
  answer=$("$@") || return
  case $answer in
    '' | None)
      echo "it answered nothing: $*" >&2
      return 1
      ;;
  esac
  echo "$answer"
}

# Runs a command, and prints what it answers: perhaps nothing.
list() {
  local answer
  answer=$("$@") || return
  if [ "$answer" != None ]; then echo "$answer"; fi
}

# Whether what a command looks for is there. "It is not there" and "I could not look" are not the same:
# after any other error the script ends.
is_there() {
  if answer=$("$@" 2>"$WORK/error"); then return 0; fi
  if grep -Eq 'NotFound|NoSuch|Not Found|does not exist|Unable to describe task' "$WORK/error"; then
    return 1
  fi
  cat "$WORK/error" >&2
  fail "could not look: $*"
}

# Whether a command answers something; `answer` is what.
finds() {
  is_there "$@" && [ -n "$answer" ] && [ "$answer" != None ]
}

# Waits until a command answers this. There is no `aws … wait` for it.
until_says() {
  local wanted=$1 try
  shift
  show "$@"
  for ((try = 0; try < 240; try++)); do
    answer=$("$@") || fail "could not look: $*"
    case $answer in
      "$wanted") return ;;
      FAILED) fail "it is FAILED: $*" ;;
    esac
    sleep 5
  done
  fail "it is still $answer: $*"
}

# Waits until what a command looks for is gone.
until_gone() {
  local try
  show "$@"
  for ((try = 0; try < 240; try++)); do
    finds "$@" || return 0
    sleep 5
  done
  fail "it is still there: $*"
}

# Runs a command that is right, too, if AWS answers with this code: it was done before.
unless_done() {
  local code=$1
  shift
  show "$@"
  if "$@" >/dev/null 2>"$WORK/error" || grep -q "$code" "$WORK/error"; then return 0; fi
  cat "$WORK/error" >&2
  return 1
}
