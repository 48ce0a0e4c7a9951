#!/bin/sh
# The namespace, if it is not there yet. What has ended stays readable in Temporal for 90 days; SQL keeps it all.
set -eu

temporal operator namespace describe --namespace "$1" >/dev/null 2>&1 ||
  temporal operator namespace create --namespace "$1" --retention 90d
