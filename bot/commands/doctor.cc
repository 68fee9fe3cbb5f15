// apiops doctor: every credential, connection, the store and the rules: pass, fail, how to mend it.
#include <fmt/format.h>

#include <iostream>

#include "bot/command_line.h"

namespace apiops {

void add_doctor(CommandLine& line) {
  auto* doctor = line.app.add_subcommand(
      "doctor", "Every credential, connection, the store and the rules: pass, fail, how to fix");
  line.run[doctor] = [&line] {
    const auto reply = request(line.common, {{"op", "doctor"}});
    if (!reply) return kBadNews;
    bool all = true;
    for (const auto& check : reply->at("checks")) {
      const bool passed = get_bool(check, "passed").value_or(false);
      all = all && passed;
      if (!line.common.json)
        std::cout << fmt::format("{} {:<24} {}{}\n", passed ? "✓" : "✗", get_string(check, "name"),
                                 get_string(check, "what"), passed ? "" : "\n    " + get_string(check, "fix"));
    }
    if (line.common.json) std::cout << reply->dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
    return all ? kDone : kBadNews;
  };
}

}  // namespace apiops
