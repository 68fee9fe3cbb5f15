// credentials.check: present, shape, live or test, what each may do. Never a value.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_credentials(Question question, Senses& senses, Progress&);

namespace {

Cell state_cell(const CredentialState& c) {
  if (!c.present) return {"missing", Tone::kWarning};
  if (!c.well_formed) return {"wrong shape", Tone::kBad};
  if (c.accepted && !*c.accepted) return {"refused", Tone::kBad};
  return {c.accepted ? "accepted" : "present", Tone::kGood};
}

}  // namespace

asio::awaitable<Answer> answer_credentials(Question question, Senses& senses, Progress&) {
  Table t{
      .columns = {{"Service"}, {"Credential"}, {"State"}, {"Mode"}, {"Shown as"}, {"May"}, {"Variable"}, {"To do"}}};
  std::vector<Line> troubles;
  std::size_t bad = 0;
  // Also services that are not set up: that their keys are missing is the answer.
  if (!question.slots.is_object()) question.slots = Json::object();
  for (ServiceAdapter* service : question.slots.contains("service")
                                     ? services_asked(question, senses)
                                     : std::vector<ServiceAdapter*>(senses.services.begin(), senses.services.end())) {
    auto credentials = co_await service->credentials(true);
    if (!credentials) {
      troubles.push_back(trouble_line(service->title(), credentials.error()));
      ++bad;
      continue;
    }
    for (const auto& c : *credentials) {
      const Cell state = state_cell(c);
      if (state.tone != Tone::kGood) ++bad;
      t.rows.push_back(
          {{std::string(service->title())}, {c.name}, state, {c.mode}, {c.shown}, {c.may}, {c.variable}, {c.trouble}});
    }
  }
  t.total_rows = t.rows.size();
  Document d;
  d.title = bad ? fmt::format("{} of {} credentials need attention", bad, t.rows.size())
                : fmt::format("All {} credentials are present and accepted", t.rows.size());
  d.tone = bad ? Tone::kWarning : Tone::kGood;
  if (!troubles.empty()) d.blocks.push_back(Lines{troubles});
  d.blocks.push_back(std::move(t));
  co_return Answer{std::move(d)};
}

}  // namespace apiops
