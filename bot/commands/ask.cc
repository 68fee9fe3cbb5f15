// apiops ask TEXT: one ask; a change prints its plan and waits for `plans approve`.
#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

void add_ask(CommandLine& line) {
  static std::vector<std::string> words;
  auto* ask = line.app.add_subcommand("ask", "One ask; a change prints its plan and waits for approval");
  ask->add_option("TEXT", words, "What is asked, in plain words")->required();
  line.run[ask] = [&line] {
    const auto reply = request(line.common, {{"op", "say"}, {"as", ""}, {"text", join(words, " ")}});
    if (!reply) return kBadNews;
    print(line.common, reply->at("document"));
    return kDone;
  };
}

}  // namespace apiops
