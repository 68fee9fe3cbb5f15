// status.vendor: what the vendors' own status pages say.
#include <nlohmann/json.hpp>

#include "engine/answers/answer.h"
#include "engine/base/text.h"

namespace apiops {

asio::awaitable<Answer> answer_vendor_status(Question question, Senses& senses, Progress&);

asio::awaitable<Answer> answer_vendor_status(Question question, Senses& senses, Progress&) {
  Lines lines;
  Document d;
  std::size_t incidents = 0;
  for (ServiceAdapter* service : services_asked(question, senses)) {
    auto page = co_await service->vendor_status();
    Line line{.tone = Tone::kGood, .mark = "✓", .label = std::string(service->title()), .text = "no incident"};
    if (!page || page->indicator == "unknown") {
      line = {.tone = Tone::kMuted,
              .mark = "?",
              .label = std::string(service->title()),
              .text = "the status page could not be read, which does not mean that it is down"};
    } else if (!page->incidents.empty()) {
      incidents += page->incidents.size();
      const auto& first = page->incidents.front();
      line = {.tone = Tone::kBad,
              .mark = "✗",
              .label = line.label,
              .text = first.name + " (" + first.impact + ", " + first.state +
                      (first.since ? ", since " + short_time(*first.since, question.now, question.zone) : "") + ")"};
    } else if (page->indicator != "none") {
      line.tone = Tone::kWarning, line.mark = "⚠", line.text = "no incident, but its indicator says " + page->indicator;
    }
    if (page && !page->page.empty())
      d.buttons.push_back(
          {.label = std::string(service->title()) + "'s page", .action = {"link", Json{{"url", page->page}}}});
    lines.lines.push_back(std::move(line));
  }
  d.title = incidents ? count_of(static_cast<long long>(incidents), "incident") + " on the vendors' status pages"
                      : "No incident on the vendors' status pages that could be read";
  d.tone = incidents ? Tone::kBad : Tone::kGood;
  d.blocks.push_back(std::move(lines));
  co_return Answer{std::move(d)};
}

}  // namespace apiops
