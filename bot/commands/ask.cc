// apiops ask TEXT: one ask; a change prints its plan and waits for `plans approve`.
#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

void add_ask(CommandLine& line) {
  static std::vector<std::string> words;
  static bool all = false;
  auto* ask = line.app.add_subcommand("ask", "One ask; a change prints its plan and waits for approval");
  ask->add_option("TEXT", words, "What is asked, in plain words")->required();
  ask->add_flag("--all", all, "Print every row of a long table, not only the first ones");
  line.run[ask] = [&line] {
    const std::string text = join(words, " ");
    if (trim(text).empty()) return fail(kMisuse, "nothing was asked: apiops ask \"why are calls failing?\"");
    const auto reply = request(line.common, {{"op", "say"}, {"as", ""}, {"text", text}, {"all", all}});
    if (!reply) return kBadNews;
    print(line.common, reply->at("document"));
    return kDone;
  };
}

}  // namespace apiops
