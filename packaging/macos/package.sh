#!/usr/bin/env bash
# Seal RTEdit.app, have Apple notarise it, and put it into a disk image.
#
#   package.sh dist/RTEdit.app dist 0.1.0
#
# PyInstaller has signed all that is inside by the same identity (packaging/rtedit.spec). What is added here is the
# command line, a link beside the window's program, so the app is sealed once more.
#
# SIGNING_IDENTITY  a "Developer ID Application: …" in the keychain; without one the app is signed ad hoc,
#                   which runs on this Mac alone
# NOTARY_PROFILE    what `xcrun notarytool store-credentials` was told to call the account; without one
#                   the image is not notarised
# NOTARY_KEYCHAIN   the keychain that the profile lies in, where it is not the usual one
set -euo pipefail

app=$1 into=$2 version=$3
here=$(cd "$(dirname "$0")" && pwd)
identity=${SIGNING_IDENTITY:--}
image="$into/RTEdit-$version-$(uname -m).dmg"

ln -sf rtedit-desktop "$app/Contents/MacOS/rtedit"
options=(--force --options runtime --entitlements "$here/entitlements.plist" --sign "$identity")
[[ $identity == - ]] || options+=(--timestamp)
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
    profile=(--keychain-profile "$NOTARY_PROFILE")
    [[ -z ${NOTARY_KEYCHAIN:-} ]] || profile+=(--keychain "$NOTARY_KEYCHAIN")
    xcrun notarytool submit "$image" "${profile[@]}" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature --verbose "$image"
fi
echo "$image"
