#!/usr/bin/env bash
# Memory for an agent, with nothing but HTTP: remember, read, change safely, look back, undo, forget.
set -euo pipefail

url=${MEMSTORES_URL:-http://127.0.0.1:7878}/v1/memory_stores
: "${MEMSTORES_API_KEY:?is the key of the server; tools/up prints it}"

# call METHOD PATH [JSON]: prints the answer, whatever its status. The key goes in by a file, so that no process list shows it.
call() {
    local body=()
    if (($# > 2)); then body=(-H 'content-type: application/json' --data-binary "$3"); fi
    curl --silent --show-error --request "$1" "$url$2" "${body[@]}" \
        -H @<(printf 'x-api-key: %s\n' "$MEMSTORES_API_KEY") \
        -H 'anthropic-version: 2023-06-01' -H 'anthropic-beta: agent-memory-2026-07-22'
}


# A store is one tree of memories: one for each agent, project or customer.
store=$(call POST '' '{"name": "House", "description": "What we know about the house"}' | jq -r .id)
trap 'call DELETE "/$store" >/dev/null' EXIT

# Remember. A memory is text at a path; the answer names its version and the hash of its content.
roof=$(call POST "/$store/memories" '{"path": "/repairs/roof.md", "content": "Mended in May.\n"}' | jq -r .id)
call POST "/$store/memories" '{"path": "/repairs/cellar.md", "content": "Dry.\n"}' >/dev/null
call POST "/$store/memories" '{"path": "/people.md", "content": "The roofer is Ada.\n"}' >/dev/null

# Read it back. Retrieving gives the content unless you ask for ?view=basic.
read=$(call GET "/$store/memories/$roof")
echo "remembered: $(jq -r .content <<<"$read")"

# add MEMORY TEXT: a memory as it was read, one text longer, if it still is what was read: two agents that change a memory at
# once must not lose either's words.
add() {
    call POST "/$store/memories/$roof" "$(jq --compact-output --arg text "$2" '{
        content: (.content + $text),
        precondition: {type: "content_sha256", content_sha256: .content_sha256}}' <<<"$1")"
}
add "$read" $'Leaks again in June.\n' >/dev/null

# Another agent, who had read the same and comes late, is told so; it reads again and adds to what is there now.
late=$(add "$read" $'Costs 300.\n')
if [[ $(jq -r .type <<<"$late") == error ]]; then
    echo "refused: $(jq -r .error.type <<<"$late")"
    add "$(call GET "/$store/memories/$roof")" $'Costs 300.\n' >/dev/null
fi

# Look around. depth=1 is one directory; what lies deeper shows as a memory_prefix.
echo "directory: $(call GET "/$store/memories?path_prefix=/&depth=1" | jq -r '[.data[].path] | join(", ")')"

# Look back, newest first. Every change is a version, and stays one.
versions=$(call GET "/$store/memory_versions?memory_id=$roof")
echo "versions: $(jq -r '[.data[].operation] | join(", ")' <<<"$versions")"

# Undo: there is no special call for it, an old version's content is written back, and that is one more version.
first=$(call GET "/$store/memory_versions/$(jq -r '.data[-1].id' <<<"$versions")")
undone=$(call POST "/$store/memories/$roof?view=full" "$(jq --compact-output '{content}' <<<"$first")")
echo "undone: $(jq -r .content <<<"$undone")"

# Forget for good. What should never have been written is redacted: its place in history stays, its bytes do not.
redacted=$(call POST "/$store/memory_versions/$(jq -r '.data[0].id' <<<"$versions")/redact")
echo "redacted: content is $(jq -r 'if .content == null then "gone" else "there" end' <<<"$redacted")"
