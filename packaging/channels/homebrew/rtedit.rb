cask "rtedit" do
  version "@VERSION@"
  sha256 "@DMG_SHA256@"

  url "@DMG_URL@"
  name "RTEdit"
  desc "Photo editor: write what should change in a picture, and watch it happen"
  homepage "@REPOSITORY@"

  livecheck do
    url :url
    strategy :github_latest
  end

  depends_on arch: :arm64
  depends_on macos: ">= :sonoma"

  app "RTEdit.app"
  binary "#{appdir}/RTEdit.app/Contents/MacOS/rtedit"

  zap trash: [
    "~/Library/Application Support/RTEdit",
    "~/Library/Caches/RTEdit",
    "~/Library/Logs/RTEdit",
  ]
end
