#!/usr/bin/env bash
# A hook of Claude Code for the end of a session: its transcript becomes one of the server's, so that dreams can read it.
# Claude Code tells the hook by JSON on standard input where the transcript is. An import that is repeated adds only what is new,
# so a session that is resumed and ended again is simply imported again. Which server: MEMSTORES_URL and MEMSTORES_API_KEY.
set -euo pipefail

transcript=$(jq -er .transcript_path) || {
    echo 'import-transcript: no transcript_path on standard input' >&2
    exit 1
}
exec memstores session import "$transcript" --format claude-code
