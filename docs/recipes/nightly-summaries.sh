#!/bin/sh
# Condenses the long memories of every store, or of the stores named on the command line.
#
#   SUMMARIZE_PROGRAM      the program; default palimpsest
#   SUMMARIZE_LONGER_THAN  only memories above this size; default 20kB
#   SUMMARIZE_CALLS        requests to the model for each store at most; default 50
#
# Ends with the worst code of all: 0 done, 1 an answer was refused or the model failed, 4 somebody
# else was faster. What could not be condensed is tried again the next time.
set -u

program=${SUMMARIZE_PROGRAM:-palimpsest}
longer_than=${SUMMARIZE_LONGER_THAN:-20kB}
calls=${SUMMARIZE_CALLS:-50}

if [ $# -eq 0 ]; then
  # On a pipe the first column is the id.
  list=$($program stores list) || exit
  ids=$(printf '%s\n' "$list" | cut -f 1)
  # shellcheck disable=SC2086 -- ids hold no spaces
  set -- $ids
fi

worst=0
for store in "$@"; do
  $program summarize "$store" --longer-than "$longer_than" --calls "$calls" --yes --no-diff
  code=$?
  [ "$code" -le "$worst" ] || worst=$code
done
exit "$worst"
