
# Copies a file of the lab from $FILES, and fills in what is known by now: as you did by hand, every
# REPLACE_ME_NAME becomes the value of $NAME.
fill() {
  local name edits=()
  for name in $NAMES; do
    if [ -n "${!name+set}" ]; then edits+=(-e "s|REPLACE_ME_$name|${!name}|g"); fi
  done
  sed "${edits[@]}" "$FILES/$1" >"$1"
  if grep -n REPLACE_ME "$1" >&2; then fail "these values in $1 are not known"; fi
}

# Notes values from lines of a name, a tab and a value.
note_all() {
  local known name value
  while IFS=$'\t' read -r name value; do
    for known in $NAMES; do
      if [ "$name" = "REPLACE_ME_$known" ]; then printf -v "$known" %s "$value"; fi
    done
  done <<<"$1"
}

# The digest of a file as registries write it, and its size in bytes.
digest() {
  echo "sha256:$(sha256sum <"$1" | cut -d ' ' -f 1)"
}
size() {
  wc -c <"$1" | tr -d ' '
}
