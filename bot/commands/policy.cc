// apiops policy explain TEXT: who may approve what, and why, by the policy in force.
#include "bot/command_line.h"
#include "engine/base/text.h"

namespace apiops {

void add_policy(CommandLine& line) {
  static std::vector<std::string> words;
  auto* policy = line.app.add_subcommand("policy", "Who may do what");
  auto* explain = policy->add_subcommand("explain", "“who can approve a refund of 200 dollars asked by ana?”");
  explain->add_option("QUESTION", words, "In plain words; name an operation, an amount, who asks")->required();
  line.run[explain] = [&line] {
    const auto reply = request(line.common, {{"op", "policy_explain"}, {"as", ""}, {"text", join(words, " ")}});
    if (!reply) return kBadNews;
    print(line.common, reply->at("document"));
    return kDone;
  };
}

}  // namespace apiops
