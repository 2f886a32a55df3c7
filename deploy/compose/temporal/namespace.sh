#!/bin/sh
# The namespace with a week of retention, and RunCoach's search attributes. Safe to run again.
set -eu
namespace="${TEMPORAL_NAMESPACE:-default}"
attempt=0
until temporal operator cluster health; do
    attempt=$((attempt + 1))
    [ "$attempt" -lt 30 ] || exit 1
    sleep 2
done
temporal operator namespace describe --namespace "$namespace" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$namespace"
temporal operator namespace update --namespace "$namespace" --retention 168h
known="$(temporal operator search-attribute list --namespace "$namespace")"
while read -r name type; do
    printf '%s' "$known" | grep -qw "$name" ||
        temporal operator search-attribute create --namespace "$namespace" --name "$name" --type "$type"
done <<'END'
RcUserId Keyword
RcKind Keyword
RcStatus Keyword
RcProvider Keyword
RcIsoWeek Keyword
RcErrorType Keyword
RcNeedsHuman Bool
END
