// apiops errors explain SERVICE CODE
#include <fmt/format.h>

#include <iostream>

#include "bot/command_line.h"
#include "bot/misuse.h"
#include "engine/base/text.h"
#include "engine/errors/catalogue.h"

namespace apiops {

namespace {

std::string service, code;

int explain(const Common& common) {
  const std::vector<std::string> services{"twilio", "openai", "stripe"};
  if (std::find(services.begin(), services.end(), service) == services.end())
    return unknown_choice("service", service, services);
  const ErrorFacts f = ErrorCatalogue(embedded_catalogue()).explain(service, code);
  if (common.json) {
    std::cout << Json{{"service", service},     {"code", code},       {"known", f.known},     {"category", f.category},
                      {"severity", f.severity}, {"kind", f.kind},     {"meaning", f.meaning}, {"actor", f.actor},
                      {"retry", f.retry},       {"remedy", f.remedy}, {"next", f.next},       {"link", f.link}}
                     .dump(-1, ' ', false, Json::error_handler_t::replace)
              << '\n';
    return f.known ? kDone : kBadNews;
  }
  if (!f.known)
    return fail(kBadNews, "the catalogue of " + service + " does not know the code “" + clean_line(code) + "”.");
  const auto tell = [](std::string_view name, const std::string& value) {
    if (!value.empty()) std::cout << fmt::format("{:<10} {}\n", name, value);
  };
  std::cout << service << ' ' << code << '\n';
  tell("Meaning", f.meaning);
  tell("Category", f.category + (f.kind.empty() ? "" : " (" + f.kind + ")"));
  tell("Severity", f.severity);
  tell("Who acts", f.actor);
  tell("Retry", f.retry);
  tell("Remedy", f.remedy);
  tell("Next step", f.next);
  tell("Link", f.link);
  return kDone;
}

}  // namespace

void add_errors(CommandLine& line) {
  auto* errors = line.app.add_subcommand("errors", "What an error code means and what to do");
  auto* explainer = errors->add_subcommand("explain", "Meaning, who must act, next step");
  explainer->add_option("SERVICE", service, "twilio, openai or stripe")->required();
  explainer->add_option("CODE", code, "The code, for example 30007 or card_declined")->required();
  line.run[explainer] = [&line] { return explain(line.common); };
}

}  // namespace apiops
