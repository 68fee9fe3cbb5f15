// apiops manifest: what a chat platform must be told to make the app, with the reason for each permission.
#include "connectors/chat/slack/manifest.h"

#include <iostream>

#include "bot/command_line.h"

namespace apiops {

void add_manifest(CommandLine& line) {
  static bool mention_only = false;
  auto* manifest = line.app.add_subcommand("manifest", "What a chat platform needs to make the app");
  auto* slack = manifest->add_subcommand("slack", "The app manifest, with the reason for each permission");
  slack->add_flag("--mention-only", mention_only,
                  "Without reading channels: follow-ups in threads need a mention then");
  line.run[slack] = [] {
    std::cout << slack::manifest(mention_only);
    return kDone;
  };
}

}  // namespace apiops
