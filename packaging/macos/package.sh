#!/usr/bin/env bash
# Sign RTEdit.app, have Apple notarise it, and put it into a disk image.
#
#   package.sh dist/RTEdit.app dist 0.1.0
#
# SIGNING_IDENTITY  a "Developer ID Application: …" in the keychain; without one the app is signed ad hoc,
#                   which runs on this Mac alone
# NOTARY_PROFILE    what `xcrun notarytool store-credentials` was told to call the account; without one
#                   the image is not notarised
set -euo pipefail

app=$1 into=$2 version=$3
here=$(cd "$(dirname "$0")" && pwd)
identity=${SIGNING_IDENTITY:--}
image="$into/RTEdit-$version-$(uname -m).dmg"

# From the inside out: every library first, then the programs, then the app around them.
options=(--force --options runtime --entitlements "$here/entitlements.plist" --sign "$identity")
[[ $identity == - ]] || options+=(--timestamp)
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 |
    xargs -0 -n 20 codesign "${options[@]}"
find "$app/Contents/MacOS" -type f -print0 | xargs -0 -n 1 codesign "${options[@]}"
codesign "${options[@]}" "$app"
codesign --verify --deep --strict "$app"

staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
cp -R "$app" "$staging/"
ln -s /Applications "$staging/Applications"
hdiutil create -volname RTEdit -srcfolder "$staging" -fs HFS+ -format UDZO -ov "$image"

if [[ $identity != - ]]; then
    codesign --sign "$identity" --timestamp "$image"
fi
if [[ -n ${NOTARY_PROFILE:-} ]]; then
    xcrun notarytool submit "$image" --keychain-profile "$NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
echo "$image"
